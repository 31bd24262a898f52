import { STATUS_CODES } from 'node:http'
import type { Clock, Instant, Stop } from '@terrace/kit'
import type { Distribution } from '@terrace/model'
import type { BlockResponse } from '../firewall/decision.ts'
import type { Exchange } from '../http1/exchange.ts'
import { getHeader, type HeaderList, removeHeader, setHeader } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'
import { parseRange } from './byte-range.ts'
import { evaluateConditions, satisfiesIfRange } from './conditional.ts'
import { errorPage, redirectPage } from './error-page.ts'
import { EDGE_LOCATION } from './limits.ts'
import { type Collected, nowhere, type Receiver, type Sink } from './receiver.ts'
import { applyResponseHeadersPolicy } from './response-headers-policy.ts'
import { addServerTiming } from './server-timing.ts'
import { logLine, type Result } from './standard-log.ts'
import type { StoredResponse } from './stored-response.ts'
import type { ViewerRequest } from './viewer-request.ts'
import { type End, relay } from './web-socket.ts'

/** What a visit needs of the edge location. */
export interface VisitOptions {
  readonly distribution: Distribution
  readonly clock: Clock
  /** This edge's name in Via. */
  readonly edge: string
  readonly id: string
  readonly log: (line: string) => void
}

/** One viewer's request at the edge: writes the answer with what CloudFront adds to it, and the line of the log. */
export class Visit implements Receiver {
  /** The viewer went away before the answer was complete. */
  onGone: () => void = () => {}
  /** Set once admitted: its behavior says which header fields answers get. */
  request: ViewerRequest | undefined
  readonly #exchange: Exchange
  readonly #options: VisitOptions
  readonly #startedAt: Instant
  #gone = false
  #firstByteAt: Instant | undefined
  #answer: { status: number; result: Result; headers: HeaderList; length: number | 'chunked' } | undefined
  #range: { first: number; last: number } | undefined

  constructor(exchange: Exchange, options: VisitOptions) {
    this.#exchange = exchange
    this.#options = options
    this.#startedAt = options.clock.now()
    const { onClose, onDone } = exchange
    exchange.onClose = () => {
      onClose?.()
      this.#gone = true
      this.onGone()
    }
    exchange.onDone = bytesSent => {
      onDone?.(bytesSent)
      this.#log(bytesSent)
    }
  }

  get gone(): boolean {
    return this.#gone
  }

  /** An answer that CloudFront makes itself. */
  refuse(status: number, cause: string): void {
    this.#ownPage(status, 'Error', [], errorPage(status, cause, this.#options.id))
  }

  /** The firewall's own answer, as its rule says it. */
  block({ status, headers, body }: BlockResponse): void {
    if (this.#gone) return
    const date = new Date(this.#options.clock.now()).toUTCString()
    const all = ['Server', 'CloudFront', 'Date', date, 'Content-Type', body?.contentType ?? 'text/plain']
    for (const { Name, Value } of headers) all.push(Name, Value)
    this.#send(status, all, Buffer.from(body?.text ?? ''), 'Error')
  }

  /** What stands for an error, whatever its status is. */
  error({ status, headers, body, cause }: Collected): void {
    if (this.#gone) return
    if (cause !== undefined) return this.refuse(status, cause)
    this.#send(status, headers, body, 'Error')
  }

  redirect(status: number, location: string): void {
    this.#ownPage(status, 'Redirect', ['Location', location], redirectPage(status))
  }

  whole(response: StoredResponse, result: Result): void {
    if (this.#gone) return
    if (response.cause !== undefined) return this.refuse(response.status, response.cause)
    const headers = [...response.headers]
    const fromCache = result === 'Hit' || result === 'RefreshHit' || response.storedAt < this.#startedAt
    if (fromCache) this.#pushAge(headers, response)
    const { method, headers: viewer } = this.#exchange.request
    if (response.status !== 200 || !READING.has(method)) {
      return this.#send(response.status, headers, response.body, result)
    }
    switch (evaluateConditions(viewer, headers)) {
      case 'notModified':
        return this.#sendNotModified(headers, result)
      case 'failed':
        return this.#send(412, headers, EMPTY, result)
      default:
        this.#sendRange(headers, response.body, result)
    }
  }

  begin(status: number, headers: HeaderList, length: number | 'chunked', result: Result): Sink {
    if (this.#gone) return nowhere
    const exchange = this.#exchange
    // Where nothing is kept the conditions went to the origin: its answer stands.
    const kept = READING.has(exchange.request.method) && (this.request?.behavior.cache.maxTtl ?? 0) > 0
    if (kept && status === 200 && evaluateConditions(exchange.request.headers, headers) === 'notModified') {
      this.#sendNotModified([...headers], result)
      return nowhere
    }
    this.#start(status, headers, length, result)
    return {
      write: chunk => exchange.write(chunk),
      flush: () => exchange.flush(),
      end: () => exchange.end(),
      abort: () => exchange.abort(),
      onDrain: listener => {
        exchange.onDrain = listener
      },
    }
  }

  abort(): void {
    this.#exchange.abort()
  }

  /**
   * The origin has agreed to a WebSocket: relays it.
   *
   * @returns cuts it; nothing where requests share their connection, or the viewer has gone
   */
  tunnel(head: MessageHead, origin: End): Stop | undefined {
    const viewer = this.#gone ? undefined : this.#exchange.takeOver()
    if (!viewer) {
      origin.socket.destroy()
      this.#exchange.abort()
      return undefined
    }
    const headers = [...head.headers]
    this.#addOwn(headers, 'Miss')
    this.#firstByteAt = this.#options.clock.now()
    this.#answer = { status: 101, result: 'Miss', headers, length: 'chunked' }
    return relay({ clock: this.#options.clock, headers, viewer, origin, onEnd: sent => this.#log(sent) })
  }

  #sendRange(headers: HeaderList, body: Buffer, result: Result): void {
    const { method, headers: viewer } = this.#exchange.request
    const range = method === 'GET' ? getHeader(viewer, 'range') : undefined
    if (range === undefined || !satisfiesIfRange(viewer, headers)) return this.#send(200, headers, body, result)
    const part = parseRange(range, body.length)
    if (part === 'whole') return this.#send(200, headers, body, result)
    if (part === 'unsatisfiable') {
      setHeader(headers, 'Content-Range', `bytes */${body.length}`)
      return this.#send(416, headers, EMPTY, 'Error')
    }
    this.#range = part
    setHeader(headers, 'Content-Range', `bytes ${part.first}-${part.last}/${body.length}`)
    this.#send(206, headers, body.subarray(part.first, part.last + 1), result)
  }

  #sendNotModified(headers: HeaderList, result: Result): void {
    for (const name of ['content-type', 'content-encoding', 'content-language']) removeHeader(headers, name)
    this.#send(304, headers, EMPTY, result)
  }

  #send(status: number, headers: HeaderList, body: Buffer, result: Result): void {
    this.#start(status, headers, body.length, result)
    this.#exchange.write(body)
    this.#exchange.end()
    this.#exchange.flush()
  }

  #ownPage(status: number, result: Result, extra: HeaderList, page: string): void {
    if (this.#gone) return
    const date = new Date(this.#options.clock.now()).toUTCString()
    const headers = ['Server', 'CloudFront', 'Date', date, 'Content-Type', 'text/html', ...extra]
    this.#send(status, headers, Buffer.from(page), result)
  }

  // The list is a copy: whoever stands before this one may change it on its way out.
  #start(status: number, headers: HeaderList, length: number | 'chunked', result: Result): void {
    const all = [...headers]
    const policy = this.request?.behavior.responseHeaders
    if (policy) applyResponseHeadersPolicy(policy, this.#exchange.request.method, this.#exchange.request.headers, all)
    this.#addOwn(all, result)
    if (policy?.serverTiming !== undefined) addServerTiming(policy.serverTiming, result, this.#options.id, all)
    this.#firstByteAt = this.#options.clock.now()
    this.#answer = { status, result, headers: all, length }
    this.#exchange.start(status, STATUS_CODES[status] ?? 'Unknown', all, length)
  }

  #addOwn(headers: HeaderList, result: Result): void {
    headers.push('X-Cache', `${result} from cloudfront`, 'Via', `1.1 ${this.#options.edge} (CloudFront)`)
    headers.push('X-Amz-Cf-Pop', EDGE_LOCATION, 'X-Amz-Cf-Id', this.#options.id)
  }

  #pushAge(headers: HeaderList, response: StoredResponse): void {
    const age = Math.floor((this.#options.clock.now() - response.storedAt) / 1000) + response.initialAge
    headers.push('Age', String(Math.max(0, age)))
  }

  #log(bytesSent: number): void {
    const { distribution, clock, id } = this.#options
    const answer = this.#answer
    const line = logLine({
      exchange: this.#exchange,
      id,
      domainName: distribution.domainName,
      startedAt: this.#startedAt,
      firstByteAt: this.#firstByteAt,
      endedAt: clock.now(),
      bytesSent,
      status: answer?.status ?? 0,
      result: answer?.result ?? 'Error',
      contentType: answer && getHeader(answer.headers, 'content-type'),
      contentLength: answer?.length ?? 'chunked',
      range: this.#range,
      cookies: distribution.logging?.includeCookies === true,
    })
    this.#options.log(line)
  }
}

const EMPTY = Buffer.alloc(0)
const READING = new Set(['GET', 'HEAD'])
