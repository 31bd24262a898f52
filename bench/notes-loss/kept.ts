import { setTimeout as wait } from 'node:timers/promises'
import { get } from '../running.ts'

/** The largest page of the notes' API. */
const PAGE = 200

/** The titles of notes that begin so, from the newest back. Retries while the API does not answer. */
export async function keptTitles(web: string, prefix: string): Promise<ReadonlySet<string>> {
  const kept = new Set<string>()
  for (let before = ''; ; ) {
    const { status, body } = await get(`${web}/api/notes?limit=${PAGE}${before}`)
    if (status !== 200) {
      await wait(200)
      continue
    }
    const page = JSON.parse(body) as readonly { readonly id: number; readonly title: string }[]
    for (const { title } of page) if (title.startsWith(prefix)) kept.add(title)
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return kept
    before = `&before=${last.id}`
  }
}
