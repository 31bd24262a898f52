import type { Clock } from '@terrace/kit'
import type { DistributionOrigin } from '@terrace/model'
import type { Exchange } from '../http1/exchange.ts'
import { writeHeaders } from '../http1/headers.ts'
import { ConnectionPool } from '../http1/pool.ts'
import { S3_READ_TIMEOUT } from './limits.ts'
import { OriginCall, type OriginListener } from './origin-call.ts'
import { type OriginHeaderOptions, originHeaders, originTarget } from './origin-headers.ts'
import type { ViewerRequest } from './viewer-request.ts'

/** The protocol that a request to an origin speaks on AWS. */
export type Scheme = 'http' | 'https'

/** The way to an origin: a Unix socket, and the Host to send there. Nothing when its name doesn't resolve. */
export type OriginSocket = (
  origin: DistributionOrigin,
  scheme: Scheme,
) => { readonly socket: string; readonly host: string } | undefined

/** How one request is sent to its origin. */
export interface CallOptions extends Pick<OriginHeaderOptions, 'viewerConditions' | 'validators'> {
  /** The method to ask with. */
  readonly method: string
  /** Whose body is sent along. */
  readonly body: Exchange | undefined
}

/** The origins of a distribution, with a pool of connections to each. */
export class Origins {
  readonly #clock: Clock
  readonly #originSocket: OriginSocket
  readonly #edge: string
  readonly #pools = new Map<string, { socket: string; pool: ConnectionPool }>()

  /** @param edge  this edge's name in Via */
  constructor(clock: Clock, originSocket: OriginSocket, edge: string) {
    this.#clock = clock
    this.#originSocket = originSocket
    this.#edge = edge
  }

  /** Sends a request to its origin; a name that doesn't resolve is reported at once. */
  call(request: ViewerRequest, options: CallOptions, listener: OriginListener): OriginCall | undefined {
    const { origin } = request
    const scheme = schemeFor(request)
    const route = this.#originSocket(origin, scheme)
    if (route === undefined) {
      listener.onFailure('unresolved', false)
      return undefined
    }
    const { body } = options
    const headers = originHeaders(request, {
      ...options,
      host: route.host,
      edge: this.#edge,
      hasBody: body !== undefined,
    })
    if (body?.bodyLength === 'chunked') headers.push('Transfer-Encoding', 'chunked')
    else if (body) headers.push('Content-Length', String(body.bodyLength))
    else if (WITH_BODY.has(options.method)) headers.push('Content-Length', '0')
    const call = new OriginCall(
      {
        clock: this.#clock,
        pool: this.#poolOf(`${origin.id} ${scheme}`, route.socket),
        method: options.method,
        head: `${options.method} ${originTarget(request)} HTTP/1.1\r\n${writeHeaders(headers)}Connection: Keep-Alive\r\n\r\n`,
        ...(body && { body }),
        attempts: origin.connectionAttempts,
        connectTimeout: origin.connectionTimeout,
        readTimeout: origin.target.kind === 'custom' ? origin.target.readTimeout : S3_READ_TIMEOUT,
      },
      listener,
    )
    call.start()
    return call
  }

  stop(): void {
    for (const { pool } of this.#pools.values()) pool.destroy()
    this.#pools.clear()
  }

  #poolOf(key: string, socket: string): ConnectionPool {
    const known = this.#pools.get(key)
    if (known?.socket === socket) return known.pool
    known?.pool.retire()
    const pool = new ConnectionPool(socket)
    this.#pools.set(key, { socket, pool })
    return pool
  }
}

// Servers expect a length with these even when there is no body.
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH'])

/**
 * A bucket is asked in the viewer's protocol. `differs:` on this machine no TLS is spoken to origins: the socket stands
 * for the port.
 */
function schemeFor({ origin, client }: ViewerRequest): Scheme {
  const viewers = client.secure ? 'https' : 'http'
  if (origin.target.kind === 's3' || origin.target.protocol === 'match-viewer') return viewers
  return origin.target.protocol === 'https-only' ? 'https' : 'http'
}
