import type { Clock, Duration } from '@terrace/kit'
import type { Distribution } from '@terrace/model'
import type { Exchange } from '../http1/exchange.ts'
import { getHeader, type HeaderList } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'
import { normalizedAcceptEncoding } from './accept-encoding.ts'
import { type Freshness, readFreshness } from './cache-control.ts'
import type { CacheKey } from './cache-key.ts'
import {
  codingFor,
  compress,
  isCompressible,
  isCompressibleType,
  markCompressed,
  varyByEncoding,
} from './compression.ts'
import { CAUSES } from './error-page.ts'
import { confirmedHeaders, lifetimes, withoutWithheld } from './freshen.ts'
import { errorMinTtl, timeToKeep } from './keeping.ts'
import { MAX_CACHED_BODY_BYTES } from './limits.ts'
import { ageOf, announcedLength, isHeadTooLarge, viewerHeaders } from './origin-answer.ts'
import type { OriginFailure, OriginListener } from './origin-call.ts'
import { type Collected, collector, nobody, type Receiver, type Sink } from './receiver.ts'
import type { Result } from './standard-log.ts'
import { NO_KEY, type StoredResponse } from './stored-response.ts'
import { timeToLive } from './ttl.ts'
import type { ViewerRequest } from './viewer-request.ts'

/** A request to the origin under way, as far as a retrieval steers it. */
export interface Call {
  pause(): void
  resume(): void
  cancel(): void
}

/** What is asked of the origin, for whom, and what may become of the answer. */
export interface RetrievalOptions {
  readonly request: ViewerRequest
  /** Where the answer is kept, if it may be; nothing: it is only passed on. */
  readonly key: CacheKey | undefined
  /** What is kept already, to be confirmed or to stand in. */
  readonly stale: StoredResponse | undefined
  /** Whose body is sent along. */
  readonly body: Exchange | undefined
  /** Whether the viewer's own conditions and range go to the origin. */
  readonly viewerConditions: boolean
  /** Whether the distribution's pages stand in for errors; not for those of such a page itself. */
  readonly errorPages: boolean
  readonly receiver: Receiver
  /** Called once, as soon as it is known: the answer that others may be served, or nothing. */
  readonly settled: (response: StoredResponse | undefined) => void
  /** Called once, when nothing more happens. */
  readonly finished: () => void
}

/** What a retrieval needs of the edge location. */
export interface RetrievalPlace {
  readonly distribution: Distribution
  readonly clock: Clock
  call(options: RetrievalOptions, listener: OriginListener): Call
  keep(response: StoredResponse): void
  forget(key: CacheKey): void
  /** Gets the page for an error through the behavior that its path belongs to. */
  fetchPage(path: string, request: ViewerRequest, receiver: Receiver): void
}

/** An answer whose pieces are collected: to be kept, to be compressed, or both. */
interface Collecting {
  readonly head: MessageHead
  /** As the viewer sees them. */
  readonly headers: HeaderList
  /** Nothing when the answer isn't kept. */
  readonly ttl: Duration | undefined
  readonly freshness: Freshness
  readonly chunks: Buffer[]
  bytes: number
}

/**
 * One answer fetched from the origin: passed on while it comes, kept when it may be, and replaced by what is kept or by an
 * error page when the origin fails.
 */
export class Retrieval implements OriginListener {
  readonly #options: RetrievalOptions
  readonly #place: RetrievalPlace
  #receiver: Receiver
  #call: Call | undefined
  #sink: Sink | undefined
  #collecting: Collecting | undefined
  #compressing = false
  #confirmation: HeaderList | undefined
  #mayKeep: boolean
  #settled = false
  #over = false

  constructor(options: RetrievalOptions, place: RetrievalPlace) {
    this.#options = options
    this.#place = place
    this.#receiver = options.receiver
    this.#mayKeep = options.key !== undefined
  }

  get key(): CacheKey | undefined {
    return this.#options.key
  }

  start(): void {
    const call = this.#place.call(this.#options, this)
    this.#call = call
    if (this.#over) call.cancel()
  }

  /** What is on its way may be out of date: it goes to those who wait for it and is not kept. */
  forbidKeeping(): void {
    this.#mayKeep = false
  }

  /** The viewer is gone; the answer still comes for the cache's sake. */
  detach(): void {
    this.#receiver = nobody
    this.#sink = this.#sink && nobody.begin(0, [], 0, 'Miss')
    this.#call?.resume()
  }

  cancel(): void {
    if (this.#over) return
    this.#finish()
    this.#call?.cancel()
    if (this.#sink) this.#sink.abort()
    else this.#receiver.abort()
    this.#settle(undefined)
  }

  onHead(head: MessageHead): void {
    const { status } = head
    const { stale, request } = this.#options
    if (isHeadTooLarge(head.headers)) return this.#giveUp(502, CAUSES.malformed)
    if (status === 304 && stale) {
      this.#confirmation = head.headers
      return
    }
    const now = this.#place.clock.now()
    const freshness = readFreshness(head.headers, now)
    if (status >= 500 && this.#standIn(status)) return
    if (status >= 400 && this.#replace(status, freshness)) return
    this.#accept(head, viewerHeaders(head.headers, request, now), freshness)
  }

  onBody(chunk: Buffer): void {
    if (this.#over || this.#confirmation) return
    this.#collect(chunk)
    if (this.#sink === undefined || this.#sink.write(chunk)) return
    // What is kept is taken at the origin's pace: others may be waiting for it.
    if (this.#collecting === undefined) this.#call?.pause()
  }

  onTurn(): void {
    this.#sink?.flush()
  }

  onEnd(): void {
    if (this.#over) return
    if (this.#confirmation) return this.#confirm(this.#confirmation)
    if (this.#compressing) return void this.#finishCompressed()
    this.#finish()
    this.#sink?.end()
    const collected = this.#collecting
    if (collected?.ttl === undefined) return this.#settle(undefined)
    this.#settle(this.#keep(this.#response(collected, collected.headers, Buffer.concat(collected.chunks))))
  }

  onFailure(failure: OriginFailure, responded: boolean): void {
    if (this.#over) return
    if (!responded || this.#sink === undefined)
      return this.#giveUp(failure === 'timeout' ? 504 : 502, CAUSE_OF[failure])
    this.#finish()
    this.#sink.abort()
    this.#settle(undefined)
  }

  #accept(head: MessageHead, headers: HeaderList, freshness: Freshness): void {
    const { request } = this.#options
    const { behavior, method } = request
    const { status } = head
    const length = announcedLength(head.headers)
    const ttl = this.#mayKeep
      ? timeToKeep(this.#place.distribution, request, status, headers, freshness, length)
      : undefined
    if (behavior.compress && (behavior.cache.gzip || behavior.cache.brotli) && isCompressibleType(headers)) {
      varyByEncoding(headers)
      this.#compressing =
        method !== 'HEAD' && normalizedAcceptEncoding(request) !== '' && isCompressible(status, headers, length)
    }
    if (ttl === undefined) this.#settle(undefined)
    if (ttl !== undefined || this.#compressing) {
      this.#collecting = { head, headers, ttl, freshness, chunks: [], bytes: 0 }
    }
    if (this.#compressing) return
    const empty = status === 204 || status === 304
    this.#sink = this.#receiver.begin(status, headers, empty ? 0 : (length ?? 'chunked'), resultOf(status))
    this.#sink.onDrain(() => this.#call?.resume())
  }

  #collect(chunk: Buffer): void {
    const collecting = this.#collecting
    if (collecting === undefined) return
    collecting.bytes += chunk.length
    // The chunk is a part of what the socket gave; it would keep the whole of it in memory.
    collecting.chunks.push(Buffer.from(chunk))
    if (collecting.bytes <= MAX_CACHED_BODY_BYTES || this.#compressing) return
    this.#collecting = undefined
    this.#settle(undefined)
  }

  async #finishCompressed(): Promise<void> {
    const collected = this.#collecting
    if (collected === undefined) return
    const coding = codingFor(normalizedAcceptEncoding(this.#options.request))
    const plain = Buffer.concat(collected.chunks)
    const headers = [...collected.headers]
    // Compression fails only for want of memory: the answer is good without it.
    const compressed = await compress(plain, coding).catch(() => undefined)
    if (this.#over) return
    this.#finish()
    if (compressed) markCompressed(headers, coding)
    const response = this.#response(collected, headers, compressed ?? plain)
    this.#receiver.whole({ ...response, headers }, resultOf(response.status))
    this.#settle(collected.ttl === undefined ? undefined : this.#keep(response))
  }

  #response({ head, freshness, ttl }: Collecting, headers: HeaderList, body: Buffer): StoredResponse {
    const { key, request } = this.#options
    return {
      ...lifetimes(this.#place.clock.now(), ttl ?? 0, freshness, request.behavior.cache),
      key: key ?? NO_KEY,
      status: head.status,
      headers: withoutWithheld(headers, freshness.withheld),
      body,
      error: head.status >= 400,
      etag: getHeader(head.headers, 'etag'),
      lastModified: getHeader(head.headers, 'last-modified'),
      initialAge: ageOf(head.headers),
    }
  }

  #confirm(confirmation: HeaderList): void {
    this.#finish()
    const { stale, request, key } = this.#options
    if (stale === undefined) return
    const now = this.#place.clock.now()
    const headers = confirmedHeaders(stale.headers, viewerHeaders(confirmation, request, now))
    const freshness = readFreshness(headers, now)
    const ttl = timeToLive(freshness, request.behavior.cache)
    const moments = lifetimes(now, ttl ?? 0, freshness, request.behavior.cache)
    const confirmed: StoredResponse = { ...stale, ...moments, headers, initialAge: ageOf(confirmation) }
    this.#receiver.whole(confirmed, 'RefreshHit')
    if (ttl !== undefined) return this.#settle(this.#keep(confirmed))
    if (key) this.#place.forget(key)
    this.#settle(undefined)
  }

  /** No usable answer came: what is kept, an error page of the distribution's, or CloudFront's own. */
  #giveUp(status: number, cause: string): void {
    const now = this.#place.clock.now()
    const freshness = readFreshness([], now)
    if (this.#standIn(status) || this.#replace(status, freshness)) return
    this.#finishWith({ status, headers: [], body: Buffer.alloc(0), cause }, status, freshness)
  }

  // An expired answer goes on for the time that the error would be cached.
  #standIn(status: number): boolean {
    const { stale } = this.#options
    const now = this.#place.clock.now()
    if (stale === undefined || stale.error || now >= stale.staleIfErrorUntil) return false
    this.#finish()
    this.#call?.cancel()
    const until = Math.min(stale.staleIfErrorUntil, now + errorMinTtl(this.#place.distribution, status))
    const response = this.#keep({ ...stale, expiresAt: until })
    this.#receiver.whole(response, 'Hit')
    this.#settle(response)
    return true
  }

  #replace(status: number, freshness: Freshness): boolean {
    const { errorPages, request } = this.#options
    const rule = this.#place.distribution.errorResponses.find(({ errorCode }) => errorCode === status)
    if (!errorPages || rule?.responsePagePath === undefined) return false
    this.#call?.cancel()
    const then = (page: Collected | undefined) => {
      if (this.#over) return
      if (page === undefined) return this.cancel()
      // A page that can't be had gives its own status: "Generate custom error responses".
      const answer = page.status < 400 ? { ...page, status: rule.responseCode ?? status } : page
      this.#finishWith(answer, status, freshness)
    }
    this.#place.fetchPage(rule.responsePagePath, request, collector(then))
    return true
  }

  /** @param status  of the error that the answer stands for */
  #finishWith(answer: Collected, status: number, freshness: Freshness): void {
    this.#finish()
    this.#call?.cancel()
    const { key, request } = this.#options
    const now = this.#place.clock.now()
    const ttl = timeToKeep(this.#place.distribution, request, status, answer.headers, freshness, answer.body.length)
    const response: StoredResponse = {
      ...answer,
      ...lifetimes(now, ttl ?? 0, freshness, request.behavior.cache),
      key: key ?? NO_KEY,
      error: true,
      etag: undefined,
      lastModified: undefined,
      initialAge: 0,
    }
    this.#receiver.whole(response, 'Error')
    this.#settle(ttl === undefined ? undefined : this.#keep(response))
  }

  #keep(response: StoredResponse): StoredResponse {
    if (this.#mayKeep) this.#place.keep(response)
    return response
  }

  #finish(): void {
    this.#over = true
    this.#options.finished()
  }

  #settle(response: StoredResponse | undefined): void {
    if (this.#settled) return
    this.#settled = true
    this.#options.settled(response)
  }
}

const CAUSE_OF: Record<OriginFailure, string> = {
  unresolved: CAUSES.unresolved,
  refused: CAUSES.unreachable,
  closed: CAUSES.malformed,
  malformed: CAUSES.malformed,
  timeout: CAUSES.timeout,
}

const resultOf = (status: number): Result => (status >= 400 ? 'Error' : 'Miss')
