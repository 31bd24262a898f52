import type { Item, ItemPage, ItemText } from '../api/types.ts'
import type { ChangesSnapshot } from './change.ts'

/** What the list shows as one row. */
export interface ShownRow {
  /** Stays the same while a new item is being saved. */
  readonly key: string
  readonly text: ItemText
  /** Undefined while a new item is being saved. */
  readonly item: Item | undefined
  readonly isSaving: boolean
}

/** So long a list may be behind what was confirmed, milliseconds: the table's index follows its table within a second. */
export const BEHIND_MS = 30_000

export interface ShownRowsOptions {
  readonly q: string
  readonly isFirst: boolean
  /** Milliseconds since 1970. */
  readonly now: number
}

/**
 * A page of the list as it is once everything done here has arrived: what was typed is in it and marked, what was
 * deleted is not, and an answer older than what the API has confirmed takes nothing back. What failed is not in it: the
 * page is then as the API says.
 */
export function shownRows(
  page: ItemPage,
  { changes, confirmed, removed }: ChangesSnapshot,
  { q, isFirst, now }: ShownRowsOptions,
): readonly ShownRow[] {
  const isRecent = (at: number | undefined) => at !== undefined && now - at < BEHIND_MS
  const matches = (text: ItemText) => text.name.toLocaleLowerCase().includes(q.trim().toLocaleLowerCase())
  const saving = changes.filter(change => change.state.kind === 'saving')
  const editOf = (id: string) => saving.find(change => change.kind === 'edit' && change.base.id === id)

  const items = page.items.map(item => {
    const known = confirmed.get(item.id)?.item
    return known && known.version > item.version ? known : item
  })
  const listed = new Set(items.map(({ id }) => id))
  for (const { item, at } of confirmed.values()) {
    if (!isRecent(at) || listed.has(item.id) || !matches(item) || !isWithin(page, item, isFirst)) continue
    items.push(item)
  }
  items.sort(byAge)
  const rows = items
    .filter(({ id }) => !isRecent(removed.get(id)))
    .map((item): ShownRow => {
      const edit = editOf(item.id)
      return { key: item.id, text: edit?.text ?? item, item, isSaving: edit !== undefined }
    })
  if (!isFirst) return rows
  const fresh = saving
    .filter(change => change.kind === 'create' && matches(change.text))
    .map(({ key, text }): ShownRow => ({ key, text, item: undefined, isSaving: true }))
  return [...fresh.reverse(), ...rows]
}

/** Newest first, as the API sorts. */
const byAge = (one: Item, other: Item): number => compare(other.createdAt, one.createdAt) || compare(other.id, one.id)

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

function isWithin({ items, next }: ItemPage, item: Item, isFirst: boolean): boolean {
  const [newest, oldest] = [items[0], items.at(-1)]
  const isBelowTop = isFirst || (newest !== undefined && byAge(newest, item) < 0)
  const isAboveEnd = next === null || (oldest !== undefined && byAge(item, oldest) < 0)
  return isBelowTop && isAboveEnd
}
