import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { type Clock, type Instant, minutes } from '@terrace/kit'
import { respondWithError } from '../balancer/error-page.ts'
import type { Client, Exchange } from '../http1/exchange.ts'
import type { ConnectionLimits } from '../http1/server-connection.ts'
import { Http2Exchange } from './exchange.ts'
import { requestHead } from './request-head.ts'

export interface Http2ConnectionOptions {
  readonly socket: TLSSocket
  readonly client: Client
  readonly handler: (exchange: Exchange, connection: Http2Connection) => void
  readonly clock: Clock
  readonly limits?: ConnectionLimits
  /** Whether refusals of malformed requests carry `Server`; absent: they do. */
  readonly serverHeader?: () => boolean
}

/**
 * Limits of HTTP/2 connections of Application Load Balancers.
 * @see ELB User Guide for Application Load Balancers, "Listeners for your Application Load Balancers" and
 *   "Troubleshoot your Application Load Balancers" (GOAWAY after 10,000 requests)
 */
export const MAX_STREAMS = 128
export const MAX_REQUESTS = 10_000
const MAX_HEADER_LIST_BYTES = 65_536

/** Serves the requests of one HTTP/2 connection, side by side. */
export class Http2Connection {
  limits: ConnectionLimits
  readonly #session: ServerHttp2Session
  readonly #clock: Clock
  readonly #serverHeader: () => boolean
  readonly #openedAt: Instant
  #lastActivity: Instant
  #open = 0
  #requests = 0

  constructor({ socket, client, handler, clock, limits, serverHeader }: Http2ConnectionOptions) {
    this.limits = limits ?? { keepAlive: minutes(60) }
    this.#clock = clock
    this.#serverHeader = serverHeader ?? (() => true)
    this.#openedAt = clock.now()
    this.#lastActivity = this.#openedAt
    // Node's own servers say so; the session would wait for it for ever.
    Reflect.set(socket, 'secureConnecting', false)
    this.#session = performServerHandshake(socket, {
      settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_HEADER_LIST_BYTES },
      // A field that a target sends twice is passed on twice, whatever it is.
      strictSingleValueFields: false,
    })
    this.#session.on('error', () => this.#session.destroy())
    this.#session.on('stream', (stream, headers, _flags, rawHeaders: string[]) => {
      this.#count(stream)
      this.#begin(stream, headers, rawHeaders, client, handler)
    })
  }

  sweep(now: Instant): void {
    const { idleTimeout, keepAlive } = this.limits
    const idle = this.#open === 0 && now - this.#lastActivity >= (idleTimeout ?? keepAlive)
    if (idle || now - this.#openedAt > keepAlive) this.close()
  }

  /** GOAWAY: what is under way is completed, new streams are refused. */
  close(): void {
    if (!this.#session.closed) this.#session.close()
  }

  #begin(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    rawHeaders: string[],
    client: Client,
    handler: Http2ConnectionOptions['handler'],
  ): void {
    const head = requestHead(rawHeaders)
    const exchange = new Http2Exchange(stream, head.request, client, headers['content-length'])
    if (head.refusal === undefined) return handler(exchange, this)
    respondWithError(exchange, head.refusal.status, this.#clock.now(), this.#serverHeader())
  }

  #count(stream: ServerHttp2Stream): void {
    this.#open++
    this.#requests++
    stream.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR))
    stream.once('close', () => {
      this.#open--
      this.#lastActivity = this.#clock.now()
    })
    if (this.#requests >= MAX_REQUESTS) this.close()
  }
}
