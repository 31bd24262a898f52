import { STATUS_CODES } from 'node:http'
import { connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { type Clock, type Random, seconds } from '@terrace/kit'
import { OriginCall } from '../cdn/origin-call.ts'
import type { Exchange } from '../http1/exchange.ts'
import { endToEnd, takeHeader, writeHeaders } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'
import { ConnectionPool } from '../http1/pool.ts'
import type { PublicAddress } from '../messages.ts'
import type { PublicService } from './edge.ts'

/** What a client waits for a connection, and for an answer. */
const CONNECT_TIMEOUT = seconds(30)
const READ_TIMEOUT = seconds(120)

export interface AddressesOptions {
  readonly clock: Clock
  readonly random: Random
}

/**
 * A name that stands for public addresses of instances: no balancer of AWS's is in between. TLS is the instance's own, so
 * that its bytes go through untouched; a plain request at the port that stands for 443 is asked again over TLS.
 *
 * Each connection goes to one of the addresses as it comes, as with a resolver that turns its answers round. What is refused is
 * tried at another one, as browsers do; what the network drops is silence.
 */
export class Addresses {
  readonly #options: AddressesOptions
  readonly #pools = new Map<string, ConnectionPool>()
  readonly #relayed = new Set<Socket>()
  #addresses: readonly PublicAddress[] = []

  constructor(options: AddressesOptions) {
    this.#options = options
  }

  /** The addresses that the name stands for from now on. */
  set(addresses: readonly PublicAddress[]): void {
    this.#addresses = addresses
    const sockets = new Set(addresses.flatMap(({ sockets }) => Object.values(sockets)))
    for (const [key, pool] of this.#pools) {
      if (sockets.has(key)) continue
      pool.retire()
      this.#pools.delete(key)
    }
  }

  service(entryPort: number): PublicService {
    return {
      relay: (socket, early) => this.#relay(socket, early, this.#ways(entryPort)),
      handle: exchange => this.#ask(exchange, entryPort, this.#ways(entryPort)),
    }
  }

  stop(): void {
    for (const pool of this.#pools.values()) pool.destroy()
    for (const socket of this.#relayed) socket.destroy()
  }

  /** In the order in which they are tried; null is silence. */
  #ways(port: number): readonly (string | null)[] {
    if (this.#addresses.length === 0) return [null]
    const first = this.#options.random.integer(this.#addresses.length)
    const turned = [...this.#addresses.slice(first), ...this.#addresses.slice(0, first)]
    return turned.map(({ sockets }) => sockets[port] ?? null)
  }

  #relay(client: Socket, early: Buffer, ways: readonly (string | null)[]): void {
    this.#keep(client)
    client.pause()
    const [way, ...others] = ways
    if (way === undefined) return void client.destroy()
    if (way === null) return
    const server = connect(way)
    let reached = false
    this.#keep(server)
    server.once('connect', () => {
      reached = true
      server.write(early)
      client.pipe(server)
      server.pipe(client)
    })
    server.once('error', () => {
      server.destroy()
      if (!reached && !client.destroyed) this.#relay(client, early, others)
    })
    server.once('close', () => reached && client.destroy())
    client.once('close', () => server.destroy())
  }

  #keep(socket: Socket): void {
    if (this.#relayed.has(socket)) return
    this.#relayed.add(socket)
    socket.once('close', () => this.#relayed.delete(socket))
  }

  #ask(exchange: Exchange, port: number, ways: readonly (string | null)[]): void {
    const [way, ...others] = ways
    if (way === undefined) return exchange.abort()
    // Nobody answers: the client gives up when it likes.
    if (way === null) return
    const { request, bodyLength } = exchange
    const hasBody = bodyLength !== 0
    const call = new OriginCall(
      {
        clock: this.#options.clock,
        pool: () => this.#poolOf(way, port),
        method: request.method,
        head: headOf(exchange),
        ...(hasBody ? { body: exchange } : {}),
        attempts: 1,
        connectTimeout: CONNECT_TIMEOUT,
        readTimeout: READ_TIMEOUT,
      },
      {
        onHead: head => {
          const headers = endToEnd(head.headers)
          const length = takeHeader(headers, 'content-length')
          exchange.start(
            head.status,
            STATUS_CODES[head.status] ?? '',
            headers,
            length === undefined ? lengthWithout(head) : Number(length),
          )
        },
        onBody: chunk => {
          if (!exchange.write(chunk)) call.pause()
        },
        onEnd: () => exchange.end(),
        onTurn: () => exchange.flush(),
        onFailure: (failure, responded) => {
          if (failure === 'refused' && !responded && !hasBody && others.length > 0) this.#ask(exchange, port, others)
          else exchange.abort()
        },
      },
    )
    exchange.onDrain = () => call.resume()
    exchange.onClose = () => call.cancel()
    call.start()
  }

  #poolOf(way: string, port: number): ConnectionPool {
    const known = this.#pools.get(way)
    if (known) return known
    const pool = new ConnectionPool(port === 443 ? () => dialSecurely(way) : way)
    this.#pools.set(way, pool)
    return pool
  }
}

// The certificate is for the viewer's eyes: who is behind the socket is known.
const dialSecurely = (path: string): Socket => connectSecurely({ path, rejectUnauthorized: false })

function headOf({ request, bodyLength }: Exchange): string {
  const headers = endToEnd(request.headers)
  takeHeader(headers, 'content-length')
  if (bodyLength === 'chunked') headers.push('Transfer-Encoding', 'chunked')
  else if (bodyLength > 0 || request.method === 'POST') headers.push('Content-Length', String(bodyLength))
  return `${request.method} ${request.target} HTTP/1.1\r\n${writeHeaders(headers)}Connection: keep-alive\r\n\r\n`
}

// Without a length the body ends with its chunks or with the connection; these two have none.
const lengthWithout = ({ status }: MessageHead): number | 'chunked' =>
  status === 204 || status === 304 ? 0 : 'chunked'
