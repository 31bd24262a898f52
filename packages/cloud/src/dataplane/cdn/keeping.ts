import type { Duration } from '@terrace/kit'
import type { Distribution } from '@terrace/model'
import { getHeader, type HeaderList } from '../http1/headers.ts'
import type { Freshness } from './cache-control.ts'
import { DEFAULT_ERROR_CACHING_MIN_TTL, MAX_CACHED_BODY_BYTES } from './limits.ts'
import { errorTimeToLive, timeToLive } from './ttl.ts'
import type { ViewerRequest } from './viewer-request.ts'

const KEPT_STATUSES = new Set([200, 203, 204, 300, 301, 302, 303, 307, 308])

/**
 * How long an answer is kept, whatever kind it is.
 *
 * @param headers  as viewers would see them  @param length  of the body, bytes, when it is known beforehand
 * @returns nothing when it must not be kept. `differs:` where cookies are passed on, CloudFront keeps Set-Cookie with the
 * object and hands it to others; here such an answer is not kept
 */
export function timeToKeep(
  distribution: Distribution,
  { method, behavior }: ViewerRequest,
  status: number,
  headers: HeaderList,
  freshness: Freshness,
  length: number | undefined,
): Duration | undefined {
  const carriesCookie = getHeader(headers, 'set-cookie') !== undefined && !freshness.withheld.includes('set-cookie')
  if (method === 'HEAD' || carriesCookie || (length ?? 0) > MAX_CACHED_BODY_BYTES) return undefined
  if (status >= 400) return errorTimeToLive(status, freshness, behavior.cache, errorMinTtl(distribution, status))
  // "Request and response behavior for custom origins", Content negotiation: such an answer is asked for each time.
  const variesByAll = behavior.cache.minTtl === 0 && getHeader(headers, 'vary')?.includes('*') === true
  return KEPT_STATUSES.has(status) && !variesByAll ? timeToLive(freshness, behavior.cache) : undefined
}

/** The distribution's ErrorCachingMinTTL for a status. */
export function errorMinTtl(distribution: Distribution, status: number): Duration {
  const rule = distribution.errorResponses.find(({ errorCode }) => errorCode === status)
  return rule?.errorCachingMinTtl ?? DEFAULT_ERROR_CACHING_MIN_TTL
}
