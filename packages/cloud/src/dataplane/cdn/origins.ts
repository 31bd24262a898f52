import type { Clock } from '@terrace/kit'
import type { DistributionOrigin } from '@terrace/model'
import type { Exchange } from '../http1/exchange.ts'
import { writeHeaders } from '../http1/headers.ts'
import { ConnectionPool } from '../http1/pool.ts'
import { DEFAULT_KEEP_ALIVE, S3_READ_TIMEOUT } from './limits.ts'
import { OriginCall, type OriginListener, type Upgrade } from './origin-call.ts'
import { dialOrigin, originContext } from './origin-dial.ts'
import { forwardsHost, type OriginHeaderOptions, originHeaders, originTarget } from './origin-headers.ts'
import { NO_WAYS, type OriginAddress, type OriginWays } from './origin-way.ts'
import type { ViewerRequest } from './viewer-request.ts'

/** The protocol that a request to an origin speaks. */
export type Scheme = 'http' | 'https'

/**
 * A Unix socket that answers for an origin itself, without TLS, and the Host to send there: the way to a bucket. Nothing
 * for origins that are reached over the network.
 */
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
  /** The viewer asks for a WebSocket: who takes it over when the origin agrees. */
  readonly upgrade?: Upgrade | undefined
}

export interface OriginsOptions {
  readonly clock: Clock
  readonly originSocket: OriginSocket
  /** This edge's name in Via. */
  readonly edge: string
  /** Told once for each reason why an origin can't be spoken to. */
  readonly onProblem: (message: string) => void
}

/** The origins of a distribution, with pools of connections to them. */
export class Origins {
  readonly #options: OriginsOptions
  readonly #pools = new Map<string, { readonly socket: string; readonly pool: ConnectionPool }>()
  readonly #told = new Set<string>()
  #ways = NO_WAYS
  #turn = 0

  constructor(options: OriginsOptions) {
    this.#options = options
  }

  /** The ways from now on; connections that they don't lead to any more end with their requests. */
  setWays(ways: OriginWays): void {
    const { authorities } = this.#ways
    this.#ways = ways
    const addresses = Object.values(ways.addresses).flat()
    const sockets = new Set(addresses.flatMap(address => Object.values(address.sockets)))
    const sameAuthorities = authorities.join() === ways.authorities.join()
    for (const [key, { socket, pool }] of this.#pools) {
      if ((sockets.has(socket) && sameAuthorities) || key.startsWith(LINK)) continue
      pool.retire()
      this.#pools.delete(key)
    }
  }

  /** Sends a request to its origin; a name that doesn't resolve is reported at once. */
  call(request: ViewerRequest, options: CallOptions, listener: OriginListener): OriginCall | undefined {
    const { origin } = request
    const scheme = schemeFor(request)
    const link = this.#options.originSocket(origin, scheme)
    const addresses = link ? [] : this.#ways.addresses[origin.id]
    if (addresses === undefined || (!link && addresses.length === 0)) {
      listener.onFailure('unresolved', false)
      return undefined
    }
    const { clock } = this.#options
    const call = new OriginCall(
      {
        clock,
        pool: link
          ? () => this.#pool(`${LINK}${origin.id}`, link.socket, () => new ConnectionPool(link.socket))
          : this.#inTurn(request, scheme, addresses),
        method: options.method,
        head: this.#head(request, options, link?.host ?? origin.domainName),
        ...(options.body && { body: options.body }),
        ...(options.upgrade && { upgrade: options.upgrade }),
        attempts: origin.connectionAttempts,
        connectTimeout: origin.connectionTimeout,
        readTimeout: origin.target.readTimeout ?? S3_READ_TIMEOUT,
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

  #head(request: ViewerRequest, options: CallOptions, host: string): string {
    const { body, method, upgrade } = options
    const headers = originHeaders(request, { ...options, host, edge: this.#options.edge, hasBody: body !== undefined })
    if (body?.bodyLength === 'chunked') headers.push('Transfer-Encoding', 'chunked')
    else if (body) headers.push('Content-Length', String(body.bodyLength))
    else if (WITH_BODY.has(method)) headers.push('Content-Length', '0')
    const connection = upgrade ? 'Connection: Upgrade\r\nUpgrade: websocket' : 'Connection: Keep-Alive'
    return `${method} ${originTarget(request)} HTTP/1.1\r\n${writeHeaders(headers)}${connection}\r\n\r\n`
  }

  /** Each attempt goes to another address; what the network drops is silence. */
  #inTurn(
    request: ViewerRequest,
    scheme: Scheme,
    addresses: readonly OriginAddress[],
  ): () => ConnectionPool | undefined {
    let next = this.#turn++
    return () => {
      const address = addresses[next++ % addresses.length]
      return address && this.#poolAt(request, scheme, address)
    }
  }

  #poolAt(request: ViewerRequest, scheme: Scheme, { address, sockets, announce }: OriginAddress) {
    const { origin } = request
    if (origin.target.kind !== 'custom') return undefined
    const { httpPort, httpsPort, keepAlive = DEFAULT_KEEP_ALIVE } = origin.target
    const port = scheme === 'https' ? httpsPort : httpPort
    const socket = sockets[port] ?? undefined
    if (socket === undefined) return undefined
    const names = scheme === 'https' ? namesFor(request) : []
    return this.#pool(`${origin.id} ${scheme} ${socket} ${names.join(' ')}`, socket, () => {
      const { clock } = this.#options
      const line = announce ? () => this.#announcement(address, port) : undefined
      return new ConnectionPool(dialOrigin(socket, line, this.#tls(origin, names)), { clock, limit: keepAlive })
    })
  }

  #pool(key: string, socket: string, make: () => ConnectionPool): ConnectionPool {
    const known = this.#pools.get(key)
    if (known?.socket === socket) return known.pool
    known?.pool.retire()
    const pool = make()
    this.#pools.set(key, { socket, pool })
    return pool
  }

  #tls(origin: DistributionOrigin, names: readonly string[]) {
    const [serverName] = names
    if (serverName === undefined || origin.target.kind !== 'custom') return undefined
    return {
      serverName,
      names,
      context: originContext(this.#ways.authorities, origin.target.sslProtocols ?? []),
      onFailure: (because: string) => this.#tell(`CloudFront can't speak TLS with ${origin.domainName}: ${because}`),
    }
  }

  #tell(message: string): void {
    if (this.#told.has(message)) return
    this.#told.add(message)
    this.#options.onProblem(message)
  }

  // The ports that CloudFront connects from are its own affair: a new one for each connection.
  #announcement(address: string, port: number): string {
    this.#turn++
    return `PROXY TCP4 ${this.#ways.source} ${address} ${1024 + (this.#turn % 64_000)} ${port}\r\n`
  }
}

/** What the keys of links begin with: no id of an origin has a space. */
const LINK = ' link '

// Servers expect a length with these even when there is no body.
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH'])

/** A bucket is asked in the viewer's protocol. */
function schemeFor({ origin, client }: ViewerRequest): Scheme {
  const viewers = client.secure ? 'https' : 'http'
  if (origin.target.kind === 's3' || origin.target.protocol === 'match-viewer') return viewers
  return origin.target.protocol === 'https-only' ? 'https' : 'http'
}

/** The names that the origin's certificate may be for; the first one is asked for. */
function namesFor(request: ViewerRequest): readonly string[] {
  const { domainName } = request.origin
  if (!forwardsHost(request)) return [domainName]
  const host = request.host.replace(/:\d+$/, '').toLowerCase()
  return host === domainName ? [domainName] : [host, domainName]
}
