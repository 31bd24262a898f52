import { type HeaderList, mapHeader } from '../http1/headers.ts'
import { EDGE_LOCATION } from './limits.ts'
import type { Result } from './standard-log.ts'

const HITS: ReadonlySet<Result> = new Set(['Hit', 'RefreshHit'])

/**
 * Adds what CloudFront says of itself in `Server-Timing`, to the share of answers that the policy asks for.
 *
 * @param rate  percent  @param id  the request's `X-Amz-Cf-Id`, which also decides whether it is among them
 * @see CloudFront Developer Guide, "Server-Timing header". `differs:` no times
 */
export function addServerTiming(rate: number, result: Result, id: string, headers: HeaderList): void {
  if (shareOf(id) * 100 >= rate) return
  const hit = HITS.has(result) ? 'cdn-cache-hit' : 'cdn-cache-miss'
  const metrics = `${hit},cdn-pop;desc="${EDGE_LOCATION}",cdn-rid;desc="${id}"`
  let found = false
  mapHeader(headers, 'server-timing', value => {
    if (found) return value
    found = true
    return `${value},${metrics}`
  })
  if (!found) headers.push('Server-Timing', metrics)
}

/** 0…1, the same for the same id: ids are drawn by chance. */
function shareOf(id: string): number {
  let sum = 0
  for (let index = 0; index < 4; index++) sum = (sum * 64 + id.charCodeAt(index)) % 10_007
  return sum / 10_007
}
