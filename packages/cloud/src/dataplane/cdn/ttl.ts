import type { Duration } from '@terrace/kit'
import type { CachePolicy } from '@terrace/model'
import type { Freshness } from './cache-control.ts'

/**
 * How long an answer that is no error is served without asking the origin again.
 *
 * | origin says | MinTTL = 0 | MinTTL > 0 |
 * |---|---|---|
 * | `s-maxage`, `max-age` or Expires | min(N, MaxTTL) | N within MinTTL and MaxTTL |
 * | nothing | DefaultTTL | max(MinTTL, DefaultTTL) |
 * | `no-cache`, `no-store`, `private` | not kept | MinTTL all the same |
 *
 * @returns nothing when the answer must not be kept
 * @see CloudFront Developer Guide, "Manage how long content stays in the cache (expiration)"
 */
export function timeToLive(freshness: Freshness, policy: CachePolicy): Duration | undefined {
  if (policy.maxTtl === 0) return undefined
  if (freshness.forbidden) return policy.minTtl > 0 ? policy.minTtl : undefined
  const wanted = freshness.lifetime ?? policy.defaultTtl
  return Math.max(policy.minTtl, Math.min(wanted, policy.maxTtl))
}

const ALWAYS = new Set([404, 410, 414, 500, 501, 502, 503, 504])
const WHEN_ORIGIN_SAYS = new Set([400, 403, 405, 412, 415])
const FORBIDDABLE = new Set([404, 410, 414, 501])

/**
 * How long an error is served without asking the origin again.
 *
 * @param minTtl  the distribution's ErrorCachingMinTTL for this status
 * @returns nothing when the error must not be kept
 * @see CloudFront Developer Guide, "How CloudFront processes HTTP 4xx and 5xx status codes from your origin"
 */
export function errorTimeToLive(
  status: number,
  freshness: Freshness,
  policy: CachePolicy,
  minTtl: Duration,
): Duration | undefined {
  if (policy.maxTtl === 0) return undefined
  const kept = ALWAYS.has(status) || (WHEN_ORIGIN_SAYS.has(status) && freshness.maxAge !== undefined)
  if (!kept || (freshness.forbidden && FORBIDDABLE.has(status))) return undefined
  return Math.max(freshness.maxAge ?? 0, minTtl)
}
