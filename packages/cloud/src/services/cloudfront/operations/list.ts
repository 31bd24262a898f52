import { z } from 'zod'
import { wireInteger } from '../../../gateway/api.ts'
import { namedList } from '../../../gateway/xml.ts'
import { InvalidArgument } from '../errors.ts'
import { LARGEST_PAGE } from '../limits.ts'

/** `Quantity` and `Items`, as CloudFront writes every list. @param item  what an item is called */
export const quantified = (item: string, items: readonly unknown[]) => ({
  Quantity: items.length,
  ...(items.length > 0 ? { Items: namedList(item, items) } : {}),
})

/** What a call says about the page it wants. */
export const PAGING = {
  Marker: z.string().optional(),
  MaxItems: wireInteger().optional(),
}

interface Paging {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[]
  /** What the next page begins behind; nothing when this one is the last. */
  readonly next: string | undefined
  readonly most: number
}

/**
 * A page of a list.
 *
 * @param idOf  what a marker names: the last item of the page before
 * @throws InvalidArgument for a marker that names nothing
 */
export function pageOf<T>(all: readonly T[], { Marker, MaxItems }: Paging, idOf: (item: T) => string): Page<T> {
  const most = Math.min(MaxItems ?? LARGEST_PAGE, LARGEST_PAGE)
  const at = Marker === undefined || Marker === '' ? -1 : all.findIndex(item => idOf(item) === Marker)
  if (Marker && at < 0) throw new InvalidArgument('The parameter Marker is not valid.')
  const items = all.slice(at + 1, at + 1 + most)
  const last = items.at(-1)
  const more = at + 1 + items.length < all.length
  return { items, most, next: more && last !== undefined ? idOf(last) : undefined }
}
