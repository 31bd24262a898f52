import type { Item, ItemText } from '../api/types.ts'

/** How far something typed has come. */
export type ChangeState =
  | { readonly kind: 'saving' }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** Somebody else saved another text first. */
  | { readonly kind: 'conflict'; readonly theirs: Item }

interface Typed {
  /** Names it in the page, and is the idempotency key of a new item. */
  readonly key: string
  readonly text: ItemText
  readonly state: ChangeState
}

/** A new item that the API has not confirmed. */
export interface Creation extends Typed {
  readonly kind: 'create'
  /** A text that was sent under this key and whose fate is not known. */
  readonly sent?: ItemText | undefined
}

/** Another text for an item that the API has not confirmed. */
export interface Edit extends Typed {
  readonly kind: 'edit'
  /** The item as it was when one began to type. */
  readonly base: Item
}

/** Something typed that is on its way, or that did not arrive. */
export type Change = Creation | Edit

/** Everything that this page knows and the API's lists may not yet show. */
export interface ChangesSnapshot {
  readonly changes: readonly Change[]
  /** Items as the API confirmed them, by id, with the time of that, milliseconds. */
  readonly confirmed: ReadonlyMap<string, { readonly item: Item; readonly at: number }>
  /** Ids of what was deleted here, with the time of that, milliseconds. */
  readonly removed: ReadonlyMap<string, number>
}

export const NO_CHANGES: ChangesSnapshot = { changes: [], confirmed: new Map(), removed: new Map() }
