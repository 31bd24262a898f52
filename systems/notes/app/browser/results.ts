import { notify, type Shown } from './notices.ts'
import { words } from './text.ts'
import { localizeTimes } from './times.ts'

let away: Shown | undefined
let latest = 0

/**
 * Puts another list in the place of the present one, and its address into the address bar; everything else, the focus
 * and what is being typed, stays.
 *
 * @param address  of the list; the present one by default
 */
export async function refreshResults(address = location.pathname + location.search): Promise<void> {
  const turn = ++latest
  const results = document.querySelector<HTMLElement>('#results')
  if (!results) return
  results.setAttribute('aria-busy', 'true')
  const page = await load(address)
  if (turn !== latest) return
  results.removeAttribute('aria-busy')
  away?.close()
  const fresh = page?.querySelector('#results')
  if (!page || !fresh) {
    away = notify(words.away, 'bad', { label: words.tryAgain, press: () => void refreshResults(address) })
    return
  }
  results.replaceChildren(...fresh.childNodes)
  const shows = page.querySelector('.shows')
  if (shows) document.querySelector('.shows')?.replaceWith(shows)
  const back = page.querySelector<HTMLInputElement>('#actions [name="back"]')?.value
  const form = document.querySelector<HTMLInputElement>('#actions [name="back"]')
  if (form && back !== undefined) form.value = back
  history.replaceState(null, '', address)
  localizeTimes(results)
}

async function load(address: string): Promise<Document | undefined> {
  try {
    const response = await fetch(address, { headers: { accept: 'text/html' }, signal: AbortSignal.timeout(15_000) })
    return response.ok ? new DOMParser().parseFromString(await response.text(), 'text/html') : undefined
  } catch {
    return undefined
  }
}
