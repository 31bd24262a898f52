import { type Client, decode } from '@terrace/ui'
import { type Info, type Item, type ItemPage, type ItemText, infoOf, itemOf, pageOf } from './types.ts'

/** Rows of one page of the list. */
export const PAGE_SIZE = 25
/** A search asks this often for one page: the API looks at 500 rows at a time. */
const MOST_REQUESTS = 6

export interface PageQuery {
  /** A part of the name; empty for all. */
  readonly q: string
  /** The cursor of the page before; undefined for the first. */
  readonly after: string | undefined
}

/** What the page asks of the API. Everything throws `RequestError`. */
export interface ItemsApi {
  /** A page; shorter than `PAGE_SIZE` and not the last when a search has looked at enough. */
  page(query: PageQuery, signal?: AbortSignal): Promise<ItemPage>
  item(id: string, signal?: AbortSignal): Promise<Item>
  /** @param key  the same for a repetition of the same */
  create(text: ItemText, key: string): Promise<Item>
  /** Changes it when its version is still this one; else 412. */
  change(id: string, text: ItemText, version: number): Promise<Item>
  /** Deletes it when its version is still this one; else 412. */
  remove(id: string, version: number): Promise<unknown>
  /** Brings a deleted one back. */
  restore(id: string): Promise<Item>
  info(signal?: AbortSignal): Promise<Info>
}

/** The API over HTTP. @param client  of the origin of the API */
export function itemsApi(client: Client): ItemsApi {
  const items = '/api/v1/items'
  const one = (id: string) => `${items}/${encodeURIComponent(id)}`
  const ifVersion = (version: number) => ({ 'if-match': `"${version}"` })
  return {
    async page({ q, after }, signal) {
      const found: Item[] = []
      let next = after ?? null
      for (let asked = 0; asked < MOST_REQUESTS; asked += 1) {
        const { value } = await client.get(items, pageOf, {
          query: { limit: PAGE_SIZE - found.length, q: q || undefined, cursor: next ?? undefined },
          ...(signal && { signal }),
        })
        found.push(...value.items)
        next = value.next
        if (next === null || found.length >= PAGE_SIZE) break
      }
      return { items: found, next }
    },
    item: async (id, signal) => (await client.get(one(id), itemOf, signal && { signal })).value,
    create: async (text, idempotencyKey) =>
      (await client.send('POST', items, itemOf, { body: text, idempotencyKey })).value,
    change: async (id, text, version) =>
      (await client.send('PUT', one(id), itemOf, { body: text, headers: ifVersion(version) })).value,
    remove: async (id, version) =>
      client.send('DELETE', one(id), decode.nothing, { headers: ifVersion(version), keepalive: true }),
    restore: async id => (await client.send('POST', `${one(id)}/restore`, itemOf, { keepalive: true })).value,
    info: async signal => (await client.get('/api/v1/info', infoOf, signal && { signal })).value,
  }
}
