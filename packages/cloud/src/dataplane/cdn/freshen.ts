import type { Duration, Instant } from '@terrace/kit'
import type { CachePolicy } from '@terrace/model'
import { type HeaderList, removeHeader, setHeader } from '../http1/headers.ts'
import type { Freshness } from './cache-control.ts'
import type { StoredResponse } from './stored-response.ts'

/** The moments that decide how long an answer is served, and in what need. */
export type Lifetimes = Pick<
  StoredResponse,
  'storedAt' | 'expiresAt' | 'staleWhileRevalidateUntil' | 'staleIfErrorUntil'
>

/**
 * The lifetimes of an answer that has just come, or has just been confirmed. Nothing is served later than MaxTTL after
 * that, whatever the origin allows.
 *
 * @see CloudFront Developer Guide, "Use the stale-while-revalidate and stale-if-error directives"
 */
export function lifetimes(now: Instant, ttl: Duration, freshness: Freshness, policy: CachePolicy): Lifetimes {
  const last = now + policy.maxTtl
  const expiresAt = now + ttl
  const { staleWhileRevalidate, staleIfError } = freshness
  return {
    storedAt: now,
    expiresAt,
    staleWhileRevalidateUntil: Math.min(last, expiresAt + staleWhileRevalidate),
    staleIfErrorUntil: staleIfError === undefined ? last : Math.min(last, expiresAt + staleIfError),
  }
}

// What describes the body stays as it is kept: compressed, perhaps, with a tag of its own.
const OF_THE_BODY = ['content-encoding', 'content-type', 'content-range', 'etag', 'vary', 'set-cookie']

/** The header fields of a kept answer after the origin confirmed it with others: RFC 9111, section 3.2. */
export function confirmedHeaders(kept: HeaderList, confirmation: HeaderList): HeaderList {
  const headers = [...kept]
  for (let index = 0; index < confirmation.length; index += 2) {
    const name = confirmation[index] ?? ''
    if (!OF_THE_BODY.includes(name.toLowerCase())) setHeader(headers, name, confirmation[index + 1] ?? '')
  }
  return headers
}

/** Without the fields that the origin doesn't want kept. */
export function withoutWithheld(headers: HeaderList, withheld: readonly string[]): HeaderList {
  if (withheld.length === 0) return headers
  const kept = [...headers]
  for (const name of withheld) removeHeader(kept, name)
  return kept
}
