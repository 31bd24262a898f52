import { hours, type Instant, seconds } from '@terrace/kit'
import type { Item } from '../schemas/item.ts'
import type { NewItem } from './repository.ts'

/** How long a deleted item can be restored. */
export const KEPT_DELETED = hours(24)

/** Rows that one search looks at; there is more behind its `next`. */
export const MOST_LOOKED_AT = 500

/** An item as it is kept. */
export interface Row extends Item {
  /** `<createdAt>#<id>`: unique, and the order of the list. */
  readonly position: string
  /** The name as searches see it. */
  readonly nameKey: string
  readonly fingerprint: string
  /** When it is gone for good, seconds since 1970; only deleted items have it. */
  readonly expiresAt?: number
}

/** Capitals and small letters, and the spellings of an accent, are the same. */
export const searchKey = (text: string): string => text.normalize('NFC').toLowerCase()

export const isoTime = (moment: Instant): string => new Date(moment).toISOString()

/** The first version of an item. */
export function newRow({ id, name, description, fingerprint }: NewItem, now: Instant): Row {
  const createdAt = isoTime(now)
  const item = { id, name, description, createdAt, updatedAt: createdAt, version: 1 }
  return { ...item, position: positionOf(item), nameKey: searchKey(name), fingerprint }
}

export const positionOf = ({ createdAt, id }: Pick<Item, 'createdAt' | 'id'>): string => `${createdAt}#${id}`

/** What a client sees of it. */
export const itemOf = ({ id, name, description, createdAt, updatedAt, version }: Row): Item => ({
  id,
  name,
  description,
  createdAt,
  updatedAt,
  version,
})

/**
 * The answer to a repeated request: what the first one was answered, whatever became of the item since. It follows from
 * the request, but for the time.
 */
export const firstAnswer = ({ id, name, description }: NewItem, { createdAt }: Row): Item => ({
  id,
  name,
  description,
  createdAt,
  updatedAt: createdAt,
  version: 1,
})

export const inSeconds = (moment: Instant): number => Math.floor(moment / seconds(1))

/** When what is deleted now is gone. */
export const expiryOf = (now: Instant): number => inSeconds(now + KEPT_DELETED)
