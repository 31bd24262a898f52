import { type Answer, type CallOptions, call, json } from '../http.ts'
import type { Running } from '../running.ts'

/** An item as the API tells it. */
export interface Item {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly version: number
}

/** A page of the list. */
export interface Page {
  readonly items: readonly Item[]
  readonly next: string | null
}

/** Where the items of a system are, as a browser asks for them. */
export const itemsOf = ({ site }: Pick<Running, 'site'>): string => `${site}/api/v1/items`

/** Creates an item. */
export const create = (running: Pick<Running, 'site'>, body: object, more: CallOptions = {}): Promise<Answer> =>
  call(itemsOf(running), { method: 'POST', body, ...more })

/** Creates an item that has to be acknowledged. */
export async function created(running: Pick<Running, 'site'>, name: string, description = ''): Promise<Item> {
  const { status, body } = await create(running, { name, description })
  if (status !== 201) throw new Error(`${name} was answered with ${status}: ${body}`)
  return JSON.parse(body)
}

/** A page of the list. @param query  such as `?limit=2` */
export const pageOf = (running: Pick<Running, 'site'>, query = ''): Promise<Page> => json(`${itemsOf(running)}${query}`)

/** The names of all items, newest first. */
export async function namesOf(running: Pick<Running, 'site'>): Promise<readonly string[]> {
  const names: string[] = []
  for (let cursor = ''; ; ) {
    const { items, next } = await pageOf(running, `?limit=100${cursor}`)
    names.push(...items.map(({ name }) => name))
    if (next === null) return names
    cursor = `&cursor=${encodeURIComponent(next)}`
  }
}
