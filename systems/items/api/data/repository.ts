import type { Instant } from '@terrace/kit'
import type { Expected } from '../http/etag.ts'
import type { Item, ItemPatch, ItemText } from '../schemas/item.ts'

/** An item that is about to be made. */
export interface NewItem extends ItemText {
  readonly id: string
  /** Tells requests with the same key apart. */
  readonly fingerprint: string
}

/** `repeated`: it is there already, from the same request; `taken`: from another one with the same key. */
export type Created = { readonly kind: 'created' | 'repeated'; readonly item: Item } | { readonly kind: 'taken' }

/** What became of a change. `outdated`: the version that it met is none of those it expected. */
export type Changed =
  | { readonly kind: 'done'; readonly item: Item }
  | { readonly kind: 'missing' }
  | { readonly kind: 'outdated'; readonly version: number }

export interface ListQuery {
  readonly limit: number
  /** A part of the name, in whatever letters. */
  readonly search?: string | undefined
  /** Only what comes after this position. */
  readonly after?: string | undefined
}

export interface ItemPage {
  readonly items: Item[]
  /** The position to go on from; undefined at the end. */
  readonly next: string | undefined
}

/**
 * Keeps the items. Every write is one conditional write: two that meet never both win where only one may. Deleted items
 * stay for `KEPT_DELETED`, invisible but to `restore`.
 *
 * @throws whatever its database throws; `passesByItself` knows which of it does
 */
export interface ItemRepository {
  create(item: NewItem, now: Instant): Promise<Created>
  /** Sees every write that was acknowledged before. */
  byId(id: string): Promise<Item | undefined>
  /** Sets what is given, counts the version up. */
  change(id: string, patch: ItemPatch, expected: Expected, now: Instant): Promise<Changed>
  remove(id: string, expected: Expected, now: Instant): Promise<Changed>
  /** `done` too when it isn't deleted at all: it may be repeated. Its version is what it was. */
  restore(id: string, now: Instant): Promise<Changed>
  /** Newest first. May be a moment behind the writes. */
  list(query: ListQuery): Promise<ItemPage>
}
