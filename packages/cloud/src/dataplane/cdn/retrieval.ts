import { getHeader, getHeaders, type HeaderList } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'
import { normalizedAcceptEncoding } from './accept-encoding.ts'
import { type Freshness, readFreshness } from './cache-control.ts'
import type { CacheKey } from './cache-key.ts'
import { Collecting, compressed } from './collecting.ts'
import { isCompressible, isCompressibleType, varyByEncoding } from './compression.ts'
import { CAUSES } from './error-page.ts'
import { errorPageOf, standingFor } from './error-response.ts'
import { confirmedHeaders, lifetimes } from './freshen.ts'
import { errorMinTtl, timeToKeep } from './keeping.ts'
import { ageOf, announcedLength, isHeadTooLarge, viewerHeaders } from './origin-answer.ts'
import type { OriginFailure, OriginListener } from './origin-call.ts'
import { type Collected, collector, nobody, nowhere, type Receiver, type Sink } from './receiver.ts'
import type { Call, RetrievalOptions, RetrievalPlace } from './retrieval-place.ts'
import type { Result } from './standard-log.ts'
import { NO_KEY, type StoredResponse } from './stored-response.ts'
import { timeToLive } from './ttl.ts'
import type { ViewerRequest } from './viewer-request.ts'

/**
 * One answer fetched from the origin: passed on while it comes, kept when it may be, and replaced by what is kept or by an
 * error page when the origin fails.
 */
export class Retrieval implements OriginListener {
  readonly #options: RetrievalOptions
  readonly #place: RetrievalPlace
  #request: ViewerRequest
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
    this.#request = options.request
    this.#receiver = options.receiver
    this.#mayKeep = options.key !== undefined
  }

  get key(): CacheKey | undefined {
    return this.#options.key
  }

  start(): void {
    const request = this.#request
    const call = this.#place.call({ ...this.#options, request }, this)
    // The first origin's name did not resolve: the second one is being asked already.
    if (this.#request !== request) return
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
    this.#sink = this.#sink && nowhere
    this.#call?.resume()
  }

  /** The viewer and the origin speak another protocol from now on. */
  handedOver(): void {
    this.#finish()
    this.#settle(undefined)
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
    const { stale } = this.#options
    const request = this.#request
    if (isHeadTooLarge(head.headers)) return this.#giveUp(502, CAUSES.malformed)
    if (status >= 400 && this.#failOver(status)) return
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
    const collected = this.#collecting
    if (this.#compressing && collected) return void this.#finishCompressed(collected)
    this.#finish()
    this.#sink?.end()
    if (collected?.ttl === undefined) return this.#settle(undefined)
    const { key } = this.#options
    this.#settle(this.#keep(collected.response(this.#place.clock.now(), key, this.#request.behavior.cache)))
  }

  onFailure(failure: OriginFailure, responded: boolean): void {
    if (this.#over) return
    if (!responded || this.#sink === undefined) {
      if (this.#failOver(FAILOVER_STATUS[failure])) return
      return this.#giveUp(failure === 'timeout' || failure === 'unconnected' ? 504 : 502, CAUSE_OF[failure])
    }
    this.#finish()
    this.#sink.abort()
    this.#settle(undefined)
  }

  #accept(head: MessageHead, headers: HeaderList, freshness: Freshness): void {
    const request = this.#request
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
      this.#collecting = new Collecting(head, headers, ttl, freshness)
    }
    if (this.#compressing) return
    const empty = status === 204 || status === 304
    this.#sink = this.#receiver.begin(status, headers, empty ? 0 : (length ?? 'chunked'), resultOf(status))
    this.#sink.onDrain(() => this.#call?.resume())
  }

  #collect(chunk: Buffer): void {
    this.#collecting?.add(chunk)
    if (this.#compressing || !this.#collecting?.tooLarge) return
    this.#collecting = undefined
    this.#settle(undefined)
  }

  async #finishCompressed(collected: Collecting): Promise<void> {
    const { key } = this.#options
    const request = this.#request
    const plain = collected.response(this.#place.clock.now(), key, request.behavior.cache)
    const response = await compressed(plain, normalizedAcceptEncoding(request))
    if (this.#over) return
    this.#finish()
    // What is withheld from others is still this viewer's.
    const cookies = getHeaders(collected.headers, 'set-cookie').flatMap(cookie => ['Set-Cookie', cookie])
    const own = getHeader(response.headers, 'set-cookie') === undefined ? cookies : []
    this.#receiver.whole({ ...response, headers: [...response.headers, ...own] }, resultOf(response.status))
    this.#settle(collected.ttl === undefined ? undefined : this.#keep(response))
  }

  #confirm(confirmation: HeaderList): void {
    this.#finish()
    const { stale, key } = this.#options
    const request = this.#request
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

  // Whatever has come of the first origin's answer is forgotten: nothing of it was passed on.
  #failOver(status: number): boolean {
    const { failover, behavior, method } = this.#request
    const { body } = this.#options
    if (!failover?.statusCodes.includes(status) || body !== undefined) return false
    if (!FAILING_OVER.has(method) || (method === 'OPTIONS' && !behavior.cachedMethods.includes(method))) return false
    this.#call?.cancel()
    this.#request = { ...this.#request, origin: failover.origin, failover: undefined }
    this.start()
    return true
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
    const { errorPages } = this.#options
    const rule = errorPages ? errorPageOf(this.#place.distribution, status) : undefined
    if (!rule) return false
    this.#call?.cancel()
    const then = (page: Collected | undefined) => {
      if (this.#over) return
      if (page === undefined) return this.cancel()
      this.#finishWith(standingFor(rule, page), status, freshness)
    }
    this.#place.fetchPage(rule.path, this.#request, collector(then))
    return true
  }

  /** @param status  of the error that the answer stands for */
  #finishWith(answer: Collected, status: number, freshness: Freshness): void {
    this.#finish()
    this.#call?.cancel()
    const { key } = this.#options
    const request = this.#request
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
  handshake: CAUSES.unreachable,
  unconnected: CAUSES.timeout,
  closed: CAUSES.malformed,
  malformed: CAUSES.malformed,
  timeout: CAUSES.timeout,
}

/** What a failure counts as for origin groups. @see "Optimize high availability with CloudFront origin failover" */
const FAILOVER_STATUS: Record<OriginFailure, number> = {
  unresolved: 503,
  refused: 503,
  handshake: 503,
  unconnected: 503,
  closed: 502,
  malformed: 502,
  timeout: 504,
}

const FAILING_OVER = new Set(['GET', 'HEAD', 'OPTIONS'])

const resultOf = (status: number): Result => (status >= 400 ? 'Error' : 'Miss')
