import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type SecureContext, TLSSocket } from 'node:tls'
import { type Clock, type Instant, type Stop, seconds } from '@terrace/kit'
import { refusalText } from '../balancer/error-page.ts'
import type { Client, Exchange } from '../http1/exchange.ts'
import type { ParseError } from '../http1/refusals.ts'
import { type ConnectionLimits, ServerConnection } from '../http1/server-connection.ts'
import { Http2Connection } from '../http2/connection.ts'
import { type ClientHello, readClientHello, TLS_FIRST_BYTE } from './client-hello.ts'

/** What stands at the other end of an accepted connection. */
export interface Peer {
  readonly address: string
  readonly port: number
}

/** A connection of either protocol, as whoever serves it sees it. */
export interface ServedConnection {
  limits: ConnectionLimits
  /** Ends it when it was idle for too long. */
  sweep(now: Instant): void
  /** No further request; what is under way is completed. */
  close(): void
}

/** What TLS shows to a client. */
export interface TlsChoice {
  readonly context: SecureContext
  readonly certificate: string | undefined
  readonly http2: boolean
}

export interface EntranceOptions {
  readonly clock: Clock
  /** The port as the system knows it. */
  readonly entryPort: number
  /** Plain bytes: served as they are, served as if TLS had ended here, or refused. */
  readonly plain: 'served' | 'servedAsSecure' | 'refused'
  /** Nothing: TLS is not spoken here. */
  readonly tlsFor?: (hello: ClientHello) => TlsChoice | undefined
  /** Who takes a TLS connection as it is, with what has been read of it; nothing: TLS ends here. */
  readonly relayFor?: (hello: ClientHello) => ((socket: Socket, early: Buffer) => void) | undefined
  readonly handler: (exchange: Exchange, connection: ServedConnection) => void
  readonly limits?: ConnectionLimits
  readonly onOpen?: (client: Client, socket: Duplex) => void
  readonly onClose?: (client: Client) => void
  /** A TLS handshake came to nothing; told what the client had asked for, if that could be read. */
  readonly onTlsFailure?: (hello?: ClientHello) => void
  /** Whether refusals of bytes that are no request carry `Server`; absent: they do. */
  readonly serverHeader?: () => boolean
  /** Bytes that are no request were answered. */
  readonly onRefusal?: (client: Client, status: number) => void
}

const SWEEP_INTERVAL = seconds(1)
/** How long a client may take until its first request can be read: its first byte, its handshake. */
const HANDSHAKE_TIMEOUT = seconds(10)
const LONGEST_HELLO = 65_536

/** Turns accepted sockets into requests: plain or TLS by the first byte, HTTP/1.1 or HTTP/2 by ALPN. */
export class Entrance {
  readonly #options: EntranceOptions
  readonly #connections = new Set<ServedConnection>()
  readonly #waiting = new Map<Duplex, Instant>()
  readonly #stopSweeping: Stop
  #closing = false

  constructor(options: EntranceOptions) {
    this.#options = options
    this.#stopSweeping = options.clock.every(SWEEP_INTERVAL, () => this.#sweep())
  }

  /** @param early  bytes that were read already */
  accept(socket: Socket, peer: Peer, early?: Buffer): void {
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    this.#waiting.set(socket, this.#options.clock.now())
    socket.once('close', () => this.#waiting.delete(socket))
    if (early && early.length > 0) this.#begin(socket, peer, early)
    else socket.once('data', first => this.#begin(socket, peer, first))
  }

  /** Ends idle connections; requests under way are completed. */
  close(): void {
    this.#closing = true
    this.#stopSweeping()
    for (const socket of this.#waiting.keys()) socket.destroy()
    for (const connection of this.#connections) connection.close()
  }

  #begin(socket: Socket, peer: Peer, first: Buffer): void {
    const { plain, entryPort, tlsFor } = this.#options
    if (first[0] === TLS_FIRST_BYTE && tlsFor) return this.#readHello(socket, peer, first)
    const asSecure = plain === 'servedAsSecure'
    const client: Client = { ...peer, secure: asSecure, plain: asSecure, entryPort }
    if (plain === 'refused') return this.#refuse(socket, client, 400)
    this.#serve(socket, client)?.receive(first)
  }

  #readHello(socket: Socket, peer: Peer, bytes: Buffer): void {
    const hello = readClientHello(bytes)
    if (hello === 'incomplete' && bytes.length < LONGEST_HELLO) {
      socket.once('data', more => this.#readHello(socket, peer, Buffer.concat([bytes, more])))
      return
    }
    if (typeof hello === 'string') return this.#failHandshake(socket)
    const relay = this.#options.relayFor?.(hello)
    if (relay) {
      this.#waiting.delete(socket)
      return relay(socket, bytes)
    }
    const choice = this.#options.tlsFor?.(hello)
    if (!choice) return this.#failHandshake(socket, hello)
    this.#startTls(socket, peer, bytes, hello, choice)
  }

  #startTls(socket: Socket, peer: Peer, bytes: Buffer, hello: ClientHello, choice: TlsChoice): void {
    socket.pause()
    socket.unshift(bytes)
    const secure = new TLSSocket(socket, {
      isServer: true,
      ALPNProtocols: choice.http2 ? ['h2', 'http/1.1'] : ['http/1.1'],
      secureContext: choice.context,
    })
    let established = false
    secure.on('error', () => {
      if (!established) this.#options.onTlsFailure?.(hello)
      secure.destroy()
      socket.destroy()
    })
    secure.once('secure', () => {
      established = true
      const tls = {
        version: secure.getProtocol() ?? '-',
        cipher: secure.getCipher()?.name ?? '-',
        serverName: hello.serverName,
        ...(choice.certificate === undefined ? {} : { certificate: choice.certificate }),
      }
      const { entryPort } = this.#options
      const client: Client = { ...peer, secure: true, plain: false, entryPort, tls }
      this.#waiting.delete(socket)
      if (secure.alpnProtocol === 'h2') this.#serveHttp2(secure, { ...client, http2: true })
      else this.#serve(secure, client)
    })
  }

  #serve(socket: Duplex, client: Client): ServerConnection | undefined {
    this.#waiting.delete(socket)
    if (this.#closing) {
      socket.destroy()
      return undefined
    }
    const { handler, clock, limits } = this.#options
    const connection = new ServerConnection({
      socket,
      client,
      handler,
      clock,
      onMalformed: (to, error: ParseError) => this.#refuse(to, client, error.status),
      ...(limits ? { limits } : {}),
    })
    this.#keep(connection, socket, client)
    // It was not let in.
    return socket.destroyed ? undefined : connection
  }

  #serveHttp2(socket: TLSSocket, client: Client): void {
    const { handler, clock, limits, serverHeader } = this.#options
    const connection = new Http2Connection({
      socket,
      client,
      handler,
      clock,
      ...(limits ? { limits } : {}),
      ...(serverHeader ? { serverHeader } : {}),
    })
    this.#keep(connection, socket, client)
  }

  #keep(connection: ServedConnection, socket: Duplex, client: Client): void {
    this.#connections.add(connection)
    this.#options.onOpen?.(client, socket)
    socket.once('close', () => {
      this.#connections.delete(connection)
      this.#options.onClose?.(client)
    })
    if (this.#closing) connection.close()
  }

  #refuse(socket: Duplex, client: Client, status: number): void {
    this.#options.onRefusal?.(client, status)
    socket.end(refusalText(status, this.#options.clock.now(), this.#options.serverHeader?.() ?? true))
  }

  #failHandshake(socket: Socket, hello?: ClientHello): void {
    this.#options.onTlsFailure?.(hello)
    socket.destroy()
  }

  #sweep(): void {
    const now = this.#options.clock.now()
    for (const connection of this.#connections) connection.sweep(now)
    for (const [socket, since] of this.#waiting) if (now - since > HANDSHAKE_TIMEOUT) socket.destroy()
  }
}
