import { createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'
import { type Clock, errnoOf, minutes, type Stop, seconds } from '@terrace/kit'
import { errorPage } from '../balancer/error-page.ts'
import { hostOf } from '../balancer/rules.ts'
import { type Client, type Exchange, type Handler, respond } from '../http1/exchange.ts'
import { getHeader } from '../http1/headers.ts'
import { ServerConnection } from '../http1/server-connection.ts'
import type { ServerCertificate } from '../messages.ts'
import { type PublicPorts, translate } from './translate.ts'

/** First byte of a TLS handshake record. */
const TLS_HANDSHAKE = 0x16
const HOSTS = ['127.0.0.1', '::1']
const CLIENT_KEEP_ALIVE = minutes(60)
const SWEEP_INTERVAL = seconds(5)

/** Finds who serves a name at a port (443 or 80, whatever this machine uses for it). */
export type Route = (host: string, entryPort: number) => Handler | undefined

/**
 * The public entrance of the system: one port stands for 443, plain and TLS alike, the next one for 80. It listens on
 * loopback alone.
 */
export class Edge {
  readonly #clock: Clock
  readonly #route: Route
  readonly #knownNames: () => readonly string[]
  readonly #connections = new Set<ServerConnection>()
  readonly #servers: Server[] = []
  #contexts: { names: readonly string[]; context: SecureContext }[] = []
  #ports: PublicPorts = { https: 0, http: 0 }
  #stopSweeping: Stop = () => {}

  constructor(clock: Clock, route: Route, knownNames: () => readonly string[]) {
    this.#clock = clock
    this.#route = route
    this.#knownNames = knownNames
  }

  /** @returns the ports, chosen by the system where 0 was given; rejects with Node's error when one is in use */
  async listen(https: number, http: number): Promise<PublicPorts> {
    const port = await this.#listenOn(https, 443)
    this.#ports = { https: port, http: await this.#listenOn(http === 0 ? 0 : http, 80) }
    this.#stopSweeping = this.#clock.every(SWEEP_INTERVAL, () => this.#sweep())
    return this.#ports
  }

  setCertificates(certificates: readonly ServerCertificate[]): void {
    this.#contexts = certificates.map(({ names, certificate, key }) => ({
      names,
      context: createSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' }),
    }))
  }

  /** Takes no new connection and ends the idle ones; requests under way are completed. */
  close(): void {
    this.#stopSweeping()
    for (const server of this.#servers) server.close()
    for (const connection of this.#connections) connection.close()
  }

  async #listenOn(port: number, entryPort: number): Promise<number> {
    const [first, ...others] = HOSTS
    const chosen = await this.#bind(port, first ?? '127.0.0.1', entryPort)
    for (const host of others) {
      await this.#bind(chosen, host, entryPort).catch(error => {
        // No IPv6 on this machine, or another program has that one address: 127.0.0.1 is enough.
        if (errnoOf(error) === undefined) throw error
      })
    }
    return chosen
  }

  #bind(port: number, host: string, entryPort: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const server = createServer(socket => this.#accept(socket, entryPort))
      server.once('error', reject)
      server.listen({ port, host }, () => {
        server.off('error', reject)
        this.#servers.push(server)
        const address = server.address()
        resolve(typeof address === 'object' && address ? address.port : port)
      })
    })
  }

  #accept(socket: Socket, entryPort: number): void {
    socket.on('error', () => socket.destroy())
    socket.once('data', first => {
      if (first[0] === TLS_HANDSHAKE) return this.#startTls(socket, first, entryPort)
      const plain = { ...peerOf(socket), secure: entryPort === 443, plain: true, entryPort }
      this.#serve(socket, plain).receive(first)
    })
  }

  #startTls(socket: Socket, first: Buffer, entryPort: number): void {
    socket.pause()
    socket.unshift(first)
    let serverName: string | undefined
    const secure = new TLSSocket(socket, {
      isServer: true,
      ALPNProtocols: ['http/1.1'],
      secureContext: this.#contextFor(undefined),
      SNICallback: (name, done) => {
        serverName = name
        done(null, this.#contextFor(name))
      },
    })
    secure.on('error', () => secure.destroy())
    secure.once('secure', () => {
      const tls = { version: secure.getProtocol() ?? '-', cipher: secure.getCipher()?.name ?? '-', serverName }
      this.#serve(secure, { ...peerOf(socket), secure: true, plain: false, entryPort, tls })
    })
  }

  #serve(socket: Socket, client: Client): ServerConnection {
    const connection = new ServerConnection(
      socket,
      client,
      exchange => this.#handle(exchange),
      refuse =>
        refuse.end(
          `HTTP/1.1 400 Bad Request\r\nServer: awselb/2.0\r\nContent-Type: text/html\r\nContent-Length: ${errorPage(400).length}\r\nConnection: close\r\n\r\n${errorPage(400)}`,
        ),
      this.#clock.now(),
    )
    this.#connections.add(connection)
    socket.once('close', () => this.#connections.delete(connection))
    return connection
  }

  #handle(exchange: Exchange): void {
    const host = hostOf(getHeader(exchange.request.headers, 'host') ?? '')
    const handler = this.#route(host, exchange.client.entryPort)
    if (!handler) return this.#unknownName(exchange, host)
    translate(exchange, name => this.#isOurs(name), this.#ports)
    handler(exchange)
  }

  #isOurs(name: string): boolean {
    return this.#knownNames().includes(name)
  }

  // Without DNS a name that nobody registered still ends up at this port.
  #unknownName(exchange: Exchange, host: string): void {
    const names = this.#knownNames().map(name => `  ${name}`)
    const text = `No record of this system leads ${host || 'a request without Host'} to this port.\nKnown names:\n${names.join('\n')}\n`
    respond(exchange, 404, 'Not Found', ['Content-Type', 'text/plain; charset=utf-8'], text)
  }

  #contextFor(name: string | undefined): SecureContext | undefined {
    const match =
      name === undefined ? undefined : this.#contexts.find(({ names }) => names.some(known => covers(known, name)))
    return (match ?? this.#contexts[0])?.context
  }

  #sweep(): void {
    const now = this.#clock.now()
    for (const connection of this.#connections) {
      if (!connection.idle) connection.markActive(now)
      else if (now - connection.idleSince > CLIENT_KEEP_ALIVE) connection.close()
    }
  }
}

const peerOf = (socket: Socket) => ({
  address: (socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
  port: socket.remotePort ?? 0,
})

/** Whether a certificate's name covers a host; `*.` stands for one label. */
function covers(known: string, host: string): boolean {
  if (known === host) return true
  return known.startsWith('*.') && host.slice(host.indexOf('.') + 1) === known.slice(2)
}
