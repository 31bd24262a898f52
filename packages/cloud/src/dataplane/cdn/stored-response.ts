import type { Instant } from '@terrace/kit'
import type { HeaderList } from '../http1/headers.ts'
import type { CacheKey } from './cache-key.ts'

/** A whole answer, as it is kept and served. */
export interface StoredResponse {
  readonly key: CacheKey
  readonly status: number
  /** For viewers, without what CloudFront adds to each answer. */
  readonly headers: HeaderList
  readonly body: Buffer
  /** Why CloudFront itself made this answer: its page is written anew for each viewer. */
  readonly cause?: string
  /** The answer to a failure, whatever status it carries. */
  readonly error: boolean
  /** As the origin wrote it: what a conditional request asks with. */
  readonly etag: string | undefined
  readonly lastModified: string | undefined
  /** When it came from the origin, or was last confirmed. */
  readonly storedAt: Instant
  /** Seconds it had spent in caches before this one. */
  readonly initialAge: number
  readonly expiresAt: Instant
  /** Until when it is served while the origin is asked again. */
  readonly staleWhileRevalidateUntil: Instant
  /** Until when it is served when the origin fails. */
  readonly staleIfErrorUntil: Instant
}

/** Of an answer that is kept nowhere. */
export const NO_KEY: CacheKey = { text: '', path: '' }

/** What an answer takes in the cache, bytes. */
export function sizeOf(response: StoredResponse): number {
  let bytes = 512 + response.key.text.length + response.body.length
  for (const text of response.headers) bytes += text.length
  return bytes
}

/** Served without asking the origin. */
export const isFresh = (response: StoredResponse, now: Instant): boolean => now < response.expiresAt
