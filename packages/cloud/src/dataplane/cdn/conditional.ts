import { getHeader, type HeaderList } from '../http1/headers.ts'

/**
 * What a viewer's conditions make of an answer that is at hand.
 *
 * @param headers  of the answer, as the viewer would see them
 * @see RFC 9110, section 13.2.2
 */
export function evaluateConditions(request: HeaderList, headers: HeaderList): 'send' | 'notModified' | 'failed' {
  const etag = getHeader(headers, 'etag')
  const modified = dateOf(getHeader(headers, 'last-modified'))
  const ifMatch = getHeader(request, 'if-match')
  const unmodifiedSince = dateOf(getHeader(request, 'if-unmodified-since'))
  if (ifMatch !== undefined) {
    if (!listsTag(ifMatch, etag, 'strong')) return 'failed'
  } else if (unmodifiedSince !== undefined && modified !== undefined && modified > unmodifiedSince) {
    return 'failed'
  }
  const ifNoneMatch = getHeader(request, 'if-none-match')
  if (ifNoneMatch !== undefined) return listsTag(ifNoneMatch, etag, 'weak') ? 'notModified' : 'send'
  const modifiedSince = dateOf(getHeader(request, 'if-modified-since'))
  const unchanged = modifiedSince !== undefined && modified !== undefined && modified <= modifiedSince
  return unchanged ? 'notModified' : 'send'
}

/** Whether the part asked for belongs to the answer at hand, as If-Range demands. */
export function satisfiesIfRange(request: HeaderList, headers: HeaderList): boolean {
  const condition = getHeader(request, 'if-range')
  if (condition === undefined) return true
  if (condition.startsWith('"') || condition.startsWith('W/')) {
    return listsTag(condition, getHeader(headers, 'etag'), 'strong')
  }
  return condition === getHeader(headers, 'last-modified')
}

function listsTag(list: string, etag: string | undefined, comparison: 'strong' | 'weak'): boolean {
  if (etag === undefined) return false
  if (list.trim() === '*') return true
  const bare = (tag: string) => (comparison === 'weak' ? tag.replace(/^W\//, '') : tag)
  const tags = list.match(/(?:W\/)?"[^"]*"/g) ?? []
  return tags.some(tag => bare(tag) === bare(etag) && (comparison === 'weak' || !tag.startsWith('W/')))
}

function dateOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : date
}
