import { z } from 'zod'
import { wireInteger } from '../../gateway/api.ts'
import { ValidationError } from './errors.ts'
import { DEFAULT_PAGE, LARGEST_PAGE } from './limits.ts'

/** The members with which a caller asks for a page. */
export const pageInput = {
  Marker: z.string().min(1).optional(),
  MaxItems: wireInteger().pipe(z.int().min(1).max(LARGEST_PAGE)).optional(),
}

/** What every list answers beside its items. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly IsTruncated: boolean
  readonly Marker: string | undefined
}

/** @throws ValidationError for a marker that no answer had */
export function pageOf<T>(
  all: readonly T[],
  { Marker, MaxItems = DEFAULT_PAGE }: { readonly Marker?: string | undefined; readonly MaxItems?: number | undefined },
): Page<T> {
  const place = Marker === undefined ? '0' : Buffer.from(Marker, 'base64url').toString()
  if (!/^\d{1,9}$/.test(place)) throw new ValidationError(`Invalid Marker: ${Marker}`)
  const start = Number(place)
  const end = start + MaxItems
  const more = end < all.length
  return {
    items: all.slice(start, end),
    IsTruncated: more,
    Marker: more ? Buffer.from(String(end)).toString('base64url') : undefined,
  }
}
