import { unlink } from 'node:fs/promises'
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as HttpsServer } from 'node:https'
import {
  type AddressInfo,
  createServer as createListener,
  type ListenOptions,
  type Server,
  type Socket,
} from 'node:net'
import type { Duplex } from 'node:stream'
import { createSecureContext, type SecureContext } from 'node:tls'
import { type Clock, type Duration, errnoOf, TerraceError } from '@terrace/kit'

/** First byte of a TLS handshake. RFC 8446, section 5.1. */
const TLS_HANDSHAKE = 0x16

/** Somewhere the gateway listens: a TCP port of the machine or a Unix socket. */
export type Place = { readonly kind: 'tcp'; readonly port: number } | { readonly kind: 'unix'; readonly path: string }

/** A leaf for a server name, PEM. */
export type Issue = (serverName: string) => Promise<{ readonly certificate: string; readonly key: string }>

export interface FrontOptions {
  readonly place: Place
  /** The machine's own: a grace is a grace whatever the time scale. */
  readonly clock: Clock
  readonly onRequest: (request: IncomingMessage, response: ServerResponse, secure: boolean) => void
  /** Where leaves come from; without it TLS is not answered. */
  readonly issue?: Issue
}

/** One open listener with its connections. */
export interface Front {
  /** The TCP port; 0 for a Unix socket. */
  readonly port: number
  /** Takes no new connection, lets requests in flight finish for at most the grace, then cuts. */
  stop(grace: Duration): Promise<void>
}

/** Listens for plain HTTP and, on the same place, for TLS: the first byte tells which. @throws TerraceError when it can't */
export async function openFront(options: FrontOptions): Promise<Front> {
  const connections = new Connections()
  const http = httpServer(options, connections, false)
  const https = options.issue ? httpServer(options, connections, true, options.issue) : undefined
  const listener = createListener(socket => {
    connections.add(socket)
    socket.once('data', first => {
      const server = first[0] === TLS_HANDSHAKE ? https : http
      socket.pause()
      socket.unshift(first)
      if (!server) return socket.destroy()
      server.emit('connection', socket)
      // The server's own listeners are on only after this turn.
      process.nextTick(() => socket.resume())
    })
    socket.on('error', () => socket.destroy())
  })
  await listen(listener, options.place)
  const address = listener.address()
  return {
    port: isTcp(address) ? address.port : 0,
    async stop(grace) {
      const closed = new Promise<void>(resolve => listener.close(() => resolve()))
      await connections.drain(options.clock, grace)
      await closed
    },
  }
}

const isTcp = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === 'object' && address !== null

function httpServer(
  options: FrontOptions,
  connections: Connections,
  secure: boolean,
  issue?: Issue,
): HttpServer | HttpsServer {
  // Uploads take as long as they take, and SDKs keep connections for minutes: closing them first would race their next call.
  const settings = { requestTimeout: 0, keepAliveTimeout: 120_000, headersTimeout: 60_000 }
  const server = issue ? createTlsServer({ ...settings, SNICallback: sniCallback(issue) }) : createServer(settings)
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    connections.begin(request.socket, response)
    options.onRequest(request, response, secure)
  }
  server.on('request', onRequest)
  server.on('checkContinue', onRequest)
  server.on('clientError', (error, socket) => refuseBroken(errnoOf(error), socket))
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  return server
}

/** What isn't HTTP has no service that could answer: a bare status, and the connection ends. */
function refuseBroken(code: string | undefined, socket: Duplex): void {
  // Who is gone, or already has an answer under way, gets none.
  if (!socket.writable || code === 'ECONNRESET') return void socket.destroy()
  socket.end(
    `HTTP/1.1 ${STATUS_LINES[code ?? ''] ?? '400 Bad Request'}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
  )
}

const STATUS_LINES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Content Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

type SniAnswer = (error: Error | null, context?: SecureContext) => void

const sniCallback = (issue: Issue) => (name: string, answer: SniAnswer) => {
  issue(name).then(
    ({ certificate, key }) => answer(null, createSecureContext({ cert: certificate, key })),
    (error: unknown) => answer(error instanceof Error ? error : new Error(String(error))),
  )
}

async function listen(listener: Server, place: Place): Promise<void> {
  const options: ListenOptions = place.kind === 'tcp' ? { host: '127.0.0.1', port: place.port } : { path: place.path }
  // A socket file that a killed process left behind is not in use.
  if (place.kind === 'unix') await unlink(place.path).catch(() => {})
  await new Promise<void>((resolve, reject) => {
    listener.once('error', error => reject(cannotListen(error, place)))
    listener.listen(options, () => resolve())
  })
}

function cannotListen(cause: Error, place: Place): TerraceError {
  if (place.kind === 'tcp' && errnoOf(cause) === 'EADDRINUSE') {
    return new TerraceError('GATEWAY_PORT_IN_USE', `port ${place.port} on 127.0.0.1 is in use by another program`, {
      hint: 'stop that program, or choose another port with --port',
      cause,
    })
  }
  const where = place.kind === 'tcp' ? `port ${place.port} on 127.0.0.1` : place.path
  return new TerraceError('GATEWAY_CANNOT_LISTEN', `cannot listen on ${where}: ${cause.message}`, { cause })
}

/** Who is connected and who is being answered, so that a stop cuts nobody off in the middle. */
class Connections {
  readonly #raw = new Set<Socket>()
  readonly #busy = new Map<Socket, number>()
  #draining = false

  add(socket: Socket): void {
    this.#raw.add(socket)
    socket.once('close', () => this.#raw.delete(socket))
  }

  /** @param socket  the one the request came on: the TLS socket, not the raw one below it */
  begin(socket: Socket, response: ServerResponse): void {
    this.#busy.set(socket, (this.#busy.get(socket) ?? 0) + 1)
    response.once('close', () => {
      const left = (this.#busy.get(socket) ?? 1) - 1
      if (left > 0) return this.#busy.set(socket, left)
      this.#busy.delete(socket)
      if (this.#draining) socket.end()
      if (this.#draining && this.#busy.size === 0) this.#cutIdle()
      return undefined
    })
  }

  async drain(clock: Clock, grace: Duration): Promise<void> {
    this.#draining = true
    if (this.#busy.size === 0) this.#cutIdle()
    const all = Promise.all(
      [...this.#raw].map(socket => new Promise<void>(resolve => socket.once('close', () => resolve()))),
    )
    const stopWaiting = clock.after(grace, () => {
      for (const socket of this.#raw) socket.destroy()
    })
    await all
    stopWaiting()
  }

  /** Connections without a request: kept alive by clients, or waiting to speak. */
  #cutIdle(): void {
    for (const socket of this.#raw) socket.destroySoon()
  }
}
