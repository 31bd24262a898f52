import { cleanTag, LIMITS } from '../rules.ts'

/** What a page of the list shows, as its address says it. */
export interface ListQuery {
  readonly q: string
  readonly tag: string | undefined
  readonly show: 'all' | 'open' | 'done'
  readonly before: number | undefined
  readonly after: number | undefined
}

/** Longest search, characters. */
const LONGEST = 200
const MAX_ID = 2_147_483_647

export const EVERYTHING: ListQuery = { q: '', tag: undefined, show: 'all', before: undefined, after: undefined }

/** Reads an address that people may have typed: what makes no sense in it is left out. */
export function readListQuery(query: Readonly<Record<string, unknown>>): ListQuery {
  const tag = cleanTag(one(query.tag))
  const after = id(one(query.after))
  return {
    q: [...one(query.q).trim()].slice(0, LONGEST).join(''),
    tag: tag === '' || [...tag].length > LIMITS.tag ? undefined : tag,
    show: query.show === 'open' || query.show === 'done' ? query.show : 'all',
    before: after === undefined ? id(one(query.before)) : undefined,
    after,
  }
}

/** The address of a list; what is changed begins at its first page again, unless a place is given. */
export function listAddress(query: ListQuery, change: Partial<ListQuery> = {}): string {
  const { q, tag, show, before, after } = { ...query, before: undefined, after: undefined, ...change }
  const parameters = new URLSearchParams()
  if (q !== '') parameters.set('q', q)
  if (tag !== undefined) parameters.set('tag', tag)
  if (show !== 'all') parameters.set('show', show)
  if (before !== undefined) parameters.set('before', String(before))
  if (after !== undefined) parameters.set('after', String(after))
  const text = parameters.toString()
  return text === '' ? '/' : `/?${text}`
}

/** The address of the list where the viewer is now. */
export const sameAddress = (query: ListQuery): string =>
  listAddress(query, { before: query.before, after: query.after })

// A parameter may be there twice.
const one = (value: unknown): string => {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' && first.isWellFormed() ? first : ''
}

const id = (digits: string): number | undefined =>
  /^[1-9]\d{0,9}$/.test(digits) && Number(digits) <= MAX_ID ? Number(digits) : undefined
