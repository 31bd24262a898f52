import { after } from './after.ts'
import { refreshResults } from './results.ts'

/** How long typing has to rest before the list follows, milliseconds. */
const PAUSE = 150

/** The list follows what is typed into the search. */
export function enhanceSearch(): void {
  const form = document.querySelector<HTMLFormElement>('.search')
  if (!form) return
  let cancel = () => {}
  const search = () => {
    cancel()
    void refreshResults(addressOf(form))
  }
  form.addEventListener('input', event => {
    cancel()
    // Whoever writes with an input method isn't done yet.
    if (!(event as InputEvent).isComposing) cancel = after(PAUSE, search)
  })
  form.addEventListener('submit', event => {
    event.preventDefault()
    search()
  })
}

function addressOf(form: HTMLFormElement): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of new FormData(form)) {
    const text = String(value).trim()
    if (text !== '') parameters.set(name, text)
  }
  return parameters.size === 0 ? '/' : `/?${parameters}`
}
