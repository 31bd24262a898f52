import { getHeaders } from '../http1/headers.ts'
import { normalizedAcceptEncoding } from './accept-encoding.ts'
import { pickCookies, pickQueryStrings, selectsAny, selectsCookie, selectsQueryString } from './selection.ts'
import { cloudFrontHeader, type ViewerRequest } from './viewer-request.ts'

/** Where an answer is kept. */
export interface CacheKey {
  /** Equal for requests that one answer serves. */
  readonly text: string
  /** What invalidation paths are compared with: the path, and the query string as far as it counts. */
  readonly path: string
}

/**
 * The key of a request: the path, and what the cache policy names of header fields, cookies and query strings. HEAD
 * shares GET's; OPTIONS has its own.
 *
 * @see CloudFront Developer Guide, "Understand the cache key"
 */
export function cacheKey(request: ViewerRequest): CacheKey {
  const { cache } = request.behavior
  const query =
    cache.queryStrings.kind === 'all'
      ? request.query
      : pickQueryStrings(request.query, name => selectsQueryString(cache.queryStrings, name))
  const path = query === '' ? request.path : `${request.path}?${query}`
  // A line feed can stand in none of the parts.
  const parts = [request.method === 'OPTIONS' ? 'OPTIONS' : 'GET', path, normalizedAcceptEncoding(request)]
  if (selectsAny(cache.headers)) {
    for (const name of cache.headers.names) parts.push(headerPart(request, name.toLowerCase()))
  }
  if (selectsAny(cache.cookies)) {
    const cookies = getHeaders(request.headers, 'cookie')
    parts.push(pickCookies(cookies, name => selectsCookie(cache.cookies, name)))
  }
  return { text: parts.join('\n'), path }
}

// An absent field and an empty one are two different things.
function headerPart(request: ViewerRequest, name: string): string {
  const values = name.startsWith('cloudfront-')
    ? [cloudFrontHeader(request, name)].filter(value => value !== undefined)
    : getHeaders(request.headers, name)
  return values.length === 0 ? name : `${name}:${values.join(', ')}`
}
