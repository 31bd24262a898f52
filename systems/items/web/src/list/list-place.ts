import type { PageQuery } from '../api/items-api.ts'
import type { GoOptions, Place } from '../frame/places.ts'

/** Somewhere in the list, to go to. */
export type ListStep = readonly [href: string, options: GoOptions]

/** What part of the list an address is about. */
export const listQuery = ({ query }: Pick<Place, 'query'>): PageQuery => ({
  q: query.get('q') ?? '',
  after: query.get('after') ?? undefined,
})

/** The address of a part of the list. */
export function listHref({ q, after }: PageQuery): string {
  const query = new URLSearchParams({ ...(q && { q }), ...(after !== undefined && { after }) }).toString()
  return query === '' ? '/' : `/?${query}`
}

/** To the page behind this one. @param next  its cursor */
export function olderStep(place: Place, next: string): ListStep {
  const { q, after } = listQuery(place)
  return [listHref({ q, after: next }), { before: [...place.before, after ?? null] }]
}

/**
 * To the page before this one; undefined on the first. A cursor only leads on: the way back is what the history's entry
 * remembers, and to the first page for whoever came by a link.
 */
export function newerStep(place: Place): ListStep | undefined {
  const { q, after } = listQuery(place)
  if (after === undefined) return undefined
  return [listHref({ q, after: place.before.at(-1) ?? undefined }), { before: place.before.slice(0, -1) }]
}
