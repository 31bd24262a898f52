import type { Instant } from '@terrace/kit'
import type { Expected } from '../http/etag.ts'
import type { Item, ItemPatch } from '../schemas/item.ts'
import type { Changed, Created, ItemPage, ItemRepository, ListQuery, NewItem } from './repository.ts'
import {
  expiryOf,
  firstAnswer,
  inSeconds,
  isoTime,
  itemOf,
  MOST_LOOKED_AT,
  newRow,
  type Row,
  searchKey,
} from './rows.ts'

/** Items in this process alone: for benches, and for tests of what doesn't depend on the table. */
export class MemoryItems implements ItemRepository {
  readonly #rows = new Map<string, Row>()
  /** What the list shows, by position, newest last. */
  readonly #listed: { readonly position: string; row: Row; item: Item }[] = []

  async create(item: NewItem, now: Instant): Promise<Created> {
    const there = this.#rows.get(item.id)
    if (there && !isGone(there, now)) {
      if (there.fingerprint !== item.fingerprint) return { kind: 'taken' }
      return { kind: 'repeated', item: firstAnswer(item, there) }
    }
    return { kind: 'created', item: this.#keep(newRow(item, now)) }
  }

  async byId(id: string): Promise<Item | undefined> {
    const row = this.#visible(id)
    return row && itemOf(row)
  }

  async change(id: string, patch: ItemPatch, expected: Expected, now: Instant): Promise<Changed> {
    return this.#write(id, expected, row => {
      const { name = row.name, description = row.description } = patch
      const text = { name, description, nameKey: searchKey(name) }
      return { ...row, ...text, updatedAt: isoTime(now), version: row.version + 1 }
    })
  }

  async remove(id: string, expected: Expected, now: Instant): Promise<Changed> {
    return this.#write(id, expected, row => ({ ...row, expiresAt: expiryOf(now) }))
  }

  async restore(id: string, now: Instant): Promise<Changed> {
    const row = this.#rows.get(id)
    if (!row || isGone(row, now)) return { kind: 'missing' }
    const { expiresAt: _, ...visible } = row
    return { kind: 'done', item: this.#keep(visible) }
  }

  async list({ limit, search, after }: ListQuery): Promise<ItemPage> {
    const key = search === undefined ? undefined : searchKey(search)
    const end = after === undefined ? this.#listed.length : this.#place(after)
    const last = key === undefined ? 0 : Math.max(0, end - MOST_LOOKED_AT)
    const items: Item[] = []
    for (let index = end - 1; index >= last; index--) {
      const entry = this.#listed[index]
      if (!entry || (key !== undefined && !entry.row.nameKey.includes(key))) continue
      // There is one more: the page before it is full.
      if (items.length === limit) return { items, next: this.#listed[index + 1]?.position }
      items.push(entry.item)
    }
    return { items, next: last > 0 ? this.#listed[last]?.position : undefined }
  }

  #visible(id: string): Row | undefined {
    const row = this.#rows.get(id)
    return row?.expiresAt === undefined ? row : undefined
  }

  #write(id: string, expected: Expected, write: (row: Row) => Row): Changed {
    const row = this.#visible(id)
    if (!row) return { kind: 'missing' }
    if (expected !== 'any' && !expected.includes(row.version)) return { kind: 'outdated', version: row.version }
    return { kind: 'done', item: this.#keep(write(row)) }
  }

  #keep(row: Row): Item {
    const before = this.#rows.get(row.id)
    if (before && before.position !== row.position) this.#unlist(before.position)
    this.#rows.set(row.id, row)
    const item = itemOf(row)
    const index = this.#place(row.position)
    const entry = this.#listed[index]
    if (row.expiresAt !== undefined) this.#unlist(row.position)
    else if (entry?.position === row.position) Object.assign(entry, { row, item })
    else this.#listed.splice(index, 0, { position: row.position, row, item })
    return item
  }

  #unlist(position: string): void {
    const index = this.#place(position)
    if (this.#listed[index]?.position === position) this.#listed.splice(index, 1)
  }

  /** The index of the first that is not before it. */
  #place(position: string): number {
    let [low, high] = [0, this.#listed.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#listed[middle]?.position ?? '') < position) low = middle + 1
      else high = middle
    }
    return low
  }
}

const isGone = ({ expiresAt }: Row, now: Instant): boolean => expiresAt !== undefined && expiresAt <= inSeconds(now)
