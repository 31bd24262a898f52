import { createServer, type Server, type Socket } from 'node:net'
import { type Clock, errnoOf } from '@terrace/kit'
import { hostOf } from '../balancer/rules.ts'
import { CertificateStore } from '../entrance/certificates.ts'
import type { ClientHello } from '../entrance/client-hello.ts'
import { Entrance, type ServedConnection, type TlsChoice } from '../entrance/entrance.ts'
import { DEFAULT_TLS_POLICY } from '../entrance/tls-policies.ts'
import { type Client, type Exchange, respond } from '../http1/exchange.ts'
import { getHeader } from '../http1/headers.ts'
import type { ConnectionLimits } from '../http1/server-connection.ts'
import type { ServerCertificate } from '../messages.ts'
import { answerTranslation, type PublicPorts, standsForTls, translate } from './translate.ts'

const HOSTS = ['127.0.0.1', '::1']

/** Who serves a name at a port (443 or 80, whatever this machine uses for it). */
export interface PublicService {
  handle(exchange: Exchange): void
  /** TLS is not ended here: takes the connection over, with what has been read of it. */
  relay?(socket: Socket, early: Buffer): void
  readonly limits?: ConnectionLimits
  /** A client asked for the name, and could not agree on TLS. */
  tlsFailed?(): void
  /** How TLS is spoken for the name; absent: HTTP/1.1 by CloudFormation's default policy. */
  readonly tls?: {
    readonly policy: string
    /** ARNs, the default one first. */
    readonly certificates: readonly string[]
    readonly http2: boolean
  }
}

export interface EdgeOptions {
  readonly clock: Clock
  /** Finds who serves a name. */
  readonly route: (host: string, entryPort: number) => PublicService | undefined
  readonly knownNames: () => readonly string[]
  /** A client's connection has ended. */
  readonly onClose?: (client: Client) => void
}

/** What a distribution's viewers may speak, and whoever asks for no name. */
const OTHERS = 'ELBSecurityPolicy-TLS13-1-2-2021-06'

/**
 * The public entrance of the system: one port stands for 443, plain and TLS alike, the next one for 80. It listens on
 * loopback alone.
 */
export class Edge {
  readonly #options: EdgeOptions
  readonly #servers: Server[] = []
  readonly #entrances: Entrance[] = []
  readonly #isOurs = (name: string): boolean => this.#options.knownNames().includes(name)
  readonly #answerPlain = answerTranslation(this.#isOurs, () => this.#ports, true)
  readonly #answerSecure = answerTranslation(this.#isOurs, () => this.#ports, false)
  #certificates = new CertificateStore([])
  #ports: PublicPorts = { https: 0, http: 0 }

  constructor(options: EdgeOptions) {
    this.#options = options
  }

  /** @returns the ports, chosen by the system where 0 was given; rejects with Node's error when one is in use */
  async listen(https: number, http: number): Promise<PublicPorts> {
    const port = await this.#listenOn(https, 443)
    this.#ports = { https: port, http: await this.#listenOn(http, 80) }
    return this.#ports
  }

  setCertificates(certificates: readonly ServerCertificate[]): void {
    this.#certificates = new CertificateStore(certificates)
  }

  /** Takes no new connection and ends the idle ones; requests under way are completed. */
  close(): void {
    for (const server of this.#servers) server.close()
    for (const entrance of this.#entrances) entrance.close()
  }

  async #listenOn(port: number, entryPort: number): Promise<number> {
    const entrance = this.#openEntrance(entryPort)
    const [first, ...others] = HOSTS
    const chosen = await this.#bind(port, first ?? '127.0.0.1', entrance)
    for (const host of others) {
      await this.#bind(chosen, host, entrance).catch(error => {
        // No IPv6 on this machine, or another program has that one address: 127.0.0.1 is enough.
        if (errnoOf(error) === undefined) throw error
      })
    }
    return chosen
  }

  #openEntrance(entryPort: number): Entrance {
    const { clock, onClose } = this.#options
    const entrance = new Entrance({
      clock,
      entryPort,
      plain: entryPort === 443 ? 'servedAsSecure' : 'served',
      relayFor: ({ serverName = '' }) => this.#options.route(serverName, entryPort)?.relay,
      tlsFor: hello => this.#tlsFor(hello, entryPort),
      handler: (exchange, connection) => this.#handle(exchange, connection),
      onTlsFailure: hello => {
        if (hello?.serverName !== undefined) this.#options.route(hello.serverName, entryPort)?.tlsFailed?.()
      },
      ...(onClose ? { onClose } : {}),
    })
    this.#entrances.push(entrance)
    return entrance
  }

  #bind(port: number, host: string, entrance: Entrance): Promise<number> {
    return new Promise((resolve, reject) => {
      const server = createServer(socket => entrance.accept(socket, peerOf(socket)))
      server.once('error', reject)
      server.listen({ port, host }, () => {
        server.off('error', reject)
        this.#servers.push(server)
        const address = server.address()
        resolve(typeof address === 'object' && address ? address.port : port)
      })
    })
  }

  #handle(exchange: Exchange, connection: ServedConnection): void {
    const { client, request } = exchange
    const host = hostOf(getHeader(request.headers, 'host') ?? '')
    const service = this.#options.route(host, client.entryPort)
    if (!service) return this.#unknownName(exchange, host)
    if (service.limits) connection.limits = service.limits
    translate(exchange, this.#isOurs)
    exchange.rewrite = standsForTls(client) ? this.#answerPlain : this.#answerSecure
    service.handle(exchange)
  }

  // Without DNS a name that nobody registered still ends up at this port.
  #unknownName(exchange: Exchange, host: string): void {
    const names = this.#options.knownNames().map(name => `  ${name}`)
    const text = `No record of this system leads ${host || 'a request without Host'} to this port.\nKnown names:\n${names.join('\n')}\n`
    respond(exchange, 404, 'Not Found', ['Content-Type', 'text/plain; charset=utf-8'], text)
  }

  #tlsFor({ serverName }: ClientHello, entryPort: number): TlsChoice | undefined {
    const tls = serverName === undefined ? undefined : this.#options.route(serverName, entryPort)?.tls
    const chosen = this.#certificates.choose(serverName, tls?.policy ?? OTHERS, tls?.certificates)
    return chosen && { context: chosen.context, certificate: chosen.arn, http2: tls?.http2 ?? false }
  }
}

/** A balancer's way of speaking TLS on a listener. */
export const listenerTls = (
  listener: { readonly sslPolicy?: string; readonly certificates: readonly string[] },
  http2: boolean,
): NonNullable<PublicService['tls']> => ({
  policy: listener.sslPolicy ?? DEFAULT_TLS_POLICY,
  certificates: listener.certificates,
  http2,
})

const peerOf = (socket: Socket) => ({
  address: (socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
  port: socket.remotePort ?? 0,
})
