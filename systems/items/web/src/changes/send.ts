import { isNotFound, RequestError } from '@terrace/ui'
import type { ItemsApi } from '../api/items-api.ts'
import { type Item, isSameText } from '../api/types.ts'
import type { Creation, Edit } from './change.ts'

/** How an edit ended. */
export type EditOutcome =
  | { readonly kind: 'saved'; readonly item: Item }
  | { readonly kind: 'conflict'; readonly theirs: Item }

/** Whether the API said no: nothing was done. After any other failure that is not known. */
export const isRefusal = (error: unknown): boolean => error instanceof RequestError && error.failure === 'refused'

/**
 * Makes a new item, once, however often it is called. When another text was sent under the same key before and its
 * fate is not known, that one is asked for first (the API answers a repetition with what it made), then changed.
 */
export async function sendCreation(api: ItemsApi, { key, text, sent }: Creation): Promise<Item> {
  if (sent === undefined || isSameText(sent, text)) return api.create(text, key)
  const made = await api.create(sent, key)
  return api.change(made.id, text, made.version)
}

/** Saves another text, unless somebody else has saved a different one since one began to type. */
export async function sendEdit(api: ItemsApi, { base, text }: Pick<Edit, 'base' | 'text'>): Promise<EditOutcome> {
  try {
    return { kind: 'saved', item: await api.change(base.id, text, base.version) }
  } catch (error) {
    if (!(error instanceof RequestError) || error.status !== 412) throw error
  }
  const theirs = await api.item(base.id)
  // An earlier attempt of our own that did arrive although its answer did not.
  if (isSameText(theirs, text)) return { kind: 'saved', item: theirs }
  // Only the version has moved, as after somebody's undo: there is nothing to choose between.
  if (isSameText(theirs, base)) return sendEdit(api, { base: theirs, text })
  return { kind: 'conflict', theirs }
}

/** Deletes it; that somebody else has done so is as good. */
export async function sendRemoval(api: ItemsApi, { id, version }: Item): Promise<void> {
  try {
    await api.remove(id, version)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
