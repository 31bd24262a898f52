import type { Clock, Stop } from '@terrace/kit'
import type { Distribution } from '@terrace/model'
import type { Exchange } from '../http1/exchange.ts'
import { getHeader } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'
import { selectBehavior } from './behavior.ts'
import { Cache } from './cache.ts'
import { type CacheKey, cacheKey } from './cache-key.ts'
import { errorPageOf, standingFor } from './error-response.ts'
import { invalidationOf } from './invalidation.ts'
import { CACHE_BYTES } from './limits.ts'
import type { OriginListener } from './origin-call.ts'
import { originFor } from './origin-choice.ts'
import type { OriginWays } from './origin-way.ts'
import { Origins, type OriginsOptions } from './origins.ts'
import { type Collected, collector, nobody, type Receiver } from './receiver.ts'
import { Retrieval } from './retrieval.ts'
import type { Call, RetrievalOptions, RetrievalPlace } from './retrieval-place.ts'
import { isFresh, type StoredResponse } from './stored-response.ts'
import type { ViewerRequest } from './viewer-request.ts'
import type { Visit } from './visit.ts'
import { asksForWebSocket, type End } from './web-socket.ts'

/** One answer on its way into the cache, and who else waits for it. */
interface Flight {
  readonly key: CacheKey
  readonly retrieval: Retrieval
  readonly waiting: Set<(response: StoredResponse | undefined) => void>
}

/** The cache of a distribution and the way to its origins. */
export class EdgeLocation implements RetrievalPlace {
  readonly distribution: Distribution
  readonly clock: Clock
  readonly cache: Cache
  readonly #origins: Origins
  readonly #flights = new Map<string, Flight>()
  readonly #underway = new Set<Retrieval>()
  readonly #tunnels = new Set<Stop>()
  #retired = false

  constructor(distribution: Distribution, options: OriginsOptions, cache = new Cache(CACHE_BYTES)) {
    this.distribution = distribution
    this.cache = cache
    this.clock = options.clock
    this.#origins = new Origins(options)
  }

  /** Answers an admitted request. */
  serve(visit: Visit, request: ViewerRequest, exchange: Exchange): void {
    const { behavior, method, headers } = request
    const cacheable = behavior.cachedMethods.includes(method) && behavior.cache.maxTtl > 0
    if (!cacheable || exchange.bodyLength !== 0 || asksForWebSocket(exchange.request)) {
      return this.#passOn(visit, request, exchange)
    }
    const key = cacheKey(request)
    const kept = this.#kept(key, visit, request)
    if (kept === 'served') return
    // Of what isn't kept, only what was asked for is fetched: a head, or a part.
    if (method === 'HEAD' || getHeader(headers, 'range') !== undefined)
      return this.#passOn(visit, request, exchange, key)
    this.#retrieveShared(key, request, kept, visit, visit)
  }

  fetchPage(path: string, request: ViewerRequest, receiver: Receiver): void {
    const { distribution } = this
    const behavior = selectBehavior(distribution.behaviors, path)
    const choice = behavior && originFor(distribution, behavior)
    if (behavior === undefined || choice === undefined) return receiver.abort()
    const { origin, failover } = choice
    const page: ViewerRequest = { ...request, method: 'GET', path, query: '', behavior, origin, failover }
    if (behavior.cache.maxTtl === 0) return void this.#retrieve(page, { receiver, errorPages: false })
    const key = cacheKey(page)
    const kept = this.#kept(key, receiver, page)
    if (kept !== 'served') this.#retrieveShared(key, page, kept, receiver)
  }

  /**
   * Answers with the distribution's page for an error that comes of no origin.
   * @returns whether there is such a page
   */
  serveErrorPage(visit: Visit, request: ViewerRequest, status: number): boolean {
    const page = errorPageOf(this.distribution, status)
    if (!page) return false
    const then = (collected: Collected | undefined) => {
      if (collected) visit.error(standingFor(page, collected))
      else visit.abort()
    }
    this.fetchPage(page.path, request, collector(then))
    return true
  }

  call(options: RetrievalOptions, listener: OriginListener): Call {
    const { request, stale, body, upgrade, viewerConditions } = options
    const validators = stale && { etag: stale.etag, lastModified: stale.lastModified }
    const { method } = request
    const call = this.#origins.call(
      request,
      { method, body, upgrade, viewerConditions, ...(validators && { validators }) },
      listener,
    )
    return call ?? { pause() {}, resume() {}, cancel() {} }
  }

  keep(response: StoredResponse): void {
    this.cache.set(response)
  }

  forget(key: CacheKey): void {
    this.cache.delete(key.text)
  }

  /** Forgets what is kept for these paths, and doesn't keep what is on its way. */
  invalidate(paths: readonly string[]): void {
    const passes = invalidationOf(paths, this.distribution.defaultRootObject)
    this.cache.invalidate(passes)
    for (const retrieval of this.#underway) {
      if (retrieval.key && passes(retrieval.key.path)) retrieval.forbidKeeping()
    }
    for (const [text, { key }] of this.#flights) {
      if (passes(key.path)) this.#flights.delete(text)
    }
  }

  setWays(ways: OriginWays): void {
    this.#origins.setWays(ways)
  }

  /** Nothing more comes: the connections to the origins end with what is under way. */
  retire(): void {
    this.#retired = true
    this.#endIfUnused()
  }

  stop(): void {
    for (const retrieval of [...this.#underway]) retrieval.cancel()
    for (const cut of [...this.#tunnels]) cut()
    this.#origins.stop()
  }

  /** Serves what is kept if it may be; else gives what the origin can be asked to confirm. */
  #kept(key: CacheKey, receiver: Receiver, request: ViewerRequest): StoredResponse | undefined | 'served' {
    const response = this.cache.get(key.text)
    if (response === undefined) return undefined
    const now = this.clock.now()
    if (isFresh(response, now)) {
      receiver.whole(response, response.error ? 'Error' : 'Hit')
      return 'served'
    }
    if (response.error) return undefined
    if (now >= response.staleWhileRevalidateUntil) return response
    receiver.whole(response, 'Hit')
    if (!this.#flights.has(key.text)) this.#retrieveShared(key, { ...request, method: 'GET' }, response, nobody)
    return 'served'
  }

  // Requests for one key that come while an answer is on its way wait for it; if it turns out to be for one viewer alone,
  // each of them asks for its own.
  #retrieveShared(
    key: CacheKey,
    request: ViewerRequest,
    stale: StoredResponse | undefined,
    receiver: Receiver,
    visit?: Visit,
  ): void {
    const errorPages = visit !== undefined || receiver === nobody
    const flight = this.#flights.get(key.text)
    if (flight)
      return this.#wait(flight, receiver, visit, () => this.#retrieve(request, { receiver, errorPages }, visit))
    const waiting: Flight['waiting'] = new Set()
    const settled = (response: StoredResponse | undefined) => {
      if (this.#flights.get(key.text)?.waiting === waiting) this.#flights.delete(key.text)
      for (const listener of [...waiting]) listener(response)
    }
    const retrieval = this.#prepare(request, { key, stale, receiver, errorPages, settled })
    this.#flights.set(key.text, { key, retrieval, waiting })
    if (visit) visit.onGone = () => (waiting.size > 0 ? retrieval.detach() : retrieval.cancel())
    retrieval.start()
  }

  #wait(flight: Flight, receiver: Receiver, visit: Visit | undefined, askAlone: () => void): void {
    const listener = (response: StoredResponse | undefined) => {
      flight.waiting.delete(listener)
      if (visit?.gone) return
      if (response && isFresh(response, this.clock.now())) receiver.whole(response, response.error ? 'Error' : 'Hit')
      else askAlone()
    }
    flight.waiting.add(listener)
    if (visit) visit.onGone = () => flight.waiting.delete(listener)
  }

  #passOn(visit: Visit, request: ViewerRequest, exchange: Exchange, key?: CacheKey): void {
    const body = exchange.bodyLength === 0 ? undefined : exchange
    const details = { key, body, receiver: visit, errorPages: true, viewerConditions: true }
    if (!asksForWebSocket(exchange.request)) return this.#retrieve(request, details, visit)
    const retrieval: Retrieval = this.#prepare(request, {
      ...details,
      upgrade: (head, socket, rest) => {
        retrieval.handedOver()
        this.#tunnel(visit, head, { socket, rest })
      },
    })
    visit.onGone = () => retrieval.cancel()
    retrieval.start()
  }

  #tunnel(visit: Visit, head: MessageHead, origin: End): void {
    const cut = visit.tunnel(head, origin)
    if (!cut) return
    this.#tunnels.add(cut)
    origin.socket.once('close', () => {
      this.#tunnels.delete(cut)
      this.#endIfUnused()
    })
  }

  #retrieve(request: ViewerRequest, options: RetrievalDetails, visit?: Visit): void {
    const retrieval = this.#prepare(request, options)
    if (visit) visit.onGone = () => retrieval.cancel()
    retrieval.start()
  }

  #endIfUnused(): void {
    if (this.#retired && this.#underway.size === 0 && this.#tunnels.size === 0) this.#origins.stop()
  }

  #prepare(request: ViewerRequest, details: RetrievalDetails): Retrieval {
    const finished = () => {
      this.#underway.delete(retrieval)
      this.#endIfUnused()
    }
    const retrieval: Retrieval = new Retrieval(
      {
        request,
        key: undefined,
        stale: undefined,
        body: undefined,
        upgrade: undefined,
        viewerConditions: false,
        ...details,
        settled: details.settled ?? (() => {}),
        finished,
      },
      this,
    )
    this.#underway.add(retrieval)
    return retrieval
  }
}

type RetrievalDetails = Pick<RetrievalOptions, 'receiver' | 'errorPages'> &
  Partial<Omit<RetrievalOptions, 'request' | 'finished'>>
