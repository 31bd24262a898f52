import type { Duration, Instant } from '@terrace/kit'
import type { CachePolicy } from '@terrace/model'
import { getHeader, type HeaderList } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'
import type { Freshness } from './cache-control.ts'
import type { CacheKey } from './cache-key.ts'
import { codingFor, compress, markCompressed } from './compression.ts'
import { lifetimes, withoutWithheld } from './freshen.ts'
import { MAX_CACHED_BODY_BYTES } from './limits.ts'
import { ageOf } from './origin-answer.ts'
import { NO_KEY, type StoredResponse } from './stored-response.ts'

/** An answer whose pieces are collected: to be kept, to be compressed, or both. */
export class Collecting {
  /** As viewers see them. */
  readonly headers: HeaderList
  /** Nothing when the answer isn't kept. */
  readonly ttl: Duration | undefined
  readonly #head: MessageHead
  readonly #freshness: Freshness
  readonly #chunks: Buffer[] = []
  #bytes = 0

  constructor(head: MessageHead, headers: HeaderList, ttl: Duration | undefined, freshness: Freshness) {
    this.#head = head
    this.headers = headers
    this.ttl = ttl
    this.#freshness = freshness
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length
    // The chunk is a part of what the socket gave; it would keep the whole of it in memory.
    this.#chunks.push(Buffer.from(chunk))
  }

  get tooLarge(): boolean {
    return this.#bytes > MAX_CACHED_BODY_BYTES
  }

  /** The answer as it is kept: without the fields that the origin wants withheld. */
  response(now: Instant, key: CacheKey | undefined, policy: CachePolicy): StoredResponse {
    return {
      ...lifetimes(now, this.ttl ?? 0, this.#freshness, policy),
      key: key ?? NO_KEY,
      status: this.#head.status,
      headers: withoutWithheld(this.headers, this.#freshness.withheld),
      body: Buffer.concat(this.#chunks),
      error: this.#head.status >= 400,
      etag: getHeader(this.#head.headers, 'etag'),
      lastModified: getHeader(this.#head.headers, 'last-modified'),
      initialAge: ageOf(this.#head.headers),
    }
  }
}

/** @param acceptEncoding  normalized  @returns the same answer compressed; as it is if memory is short */
export async function compressed(response: StoredResponse, acceptEncoding: string): Promise<StoredResponse> {
  const coding = codingFor(acceptEncoding)
  const body = await compress(response.body, coding).catch(() => undefined)
  if (body === undefined) return response
  const headers = [...response.headers]
  markCompressed(headers, coding)
  return { ...response, headers, body }
}
