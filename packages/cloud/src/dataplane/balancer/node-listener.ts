import { rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { type Clock, errnoOf } from '@terrace/kit'
import type { CertificateStore } from '../entrance/certificates.ts'
import type { ClientHello } from '../entrance/client-hello.ts'
import { Entrance, type TlsChoice } from '../entrance/entrance.ts'
import { readProxyLine } from '../entrance/proxy-line.ts'
import { DEFAULT_TLS_POLICY } from '../entrance/tls-policies.ts'
import { type Balancer, saysServer } from './balancer.ts'
import type { LiveNode } from './node.ts'

export interface NodeListenerOptions {
  readonly balancer: Balancer
  readonly node: LiveNode
  readonly port: number
  readonly certificates: () => CertificateStore
  readonly clock: Clock
  /** The socket can't be listened on. */
  readonly onFailure: (error: Error) => void
}

/**
 * A listener of a balancer at one of its nodes, for clients inside the VPC. Each connection begins with a line that says
 * where it comes from; one without is closed.
 */
export class NodeListener {
  readonly #options: NodeListenerOptions
  readonly #server: Server
  readonly #entrance: Entrance

  constructor(options: NodeListenerOptions) {
    this.#options = options
    const { balancer, node, port, clock } = options
    const secure = balancer.listenerFor(port)?.protocol === 'HTTPS'
    this.#entrance = new Entrance({
      clock,
      entryPort: port,
      plain: secure ? 'refused' : 'served',
      ...(secure ? { tlsFor: (hello: ClientHello) => this.#tlsFor(hello) } : {}),
      limits: balancer.limits,
      handler: (exchange, connection) => {
        const listener = balancer.listenerFor(port)
        connection.limits = balancer.limits
        if (listener) balancer.handle(exchange, listener, node)
        else exchange.abort()
      },
      onOpen: (client, socket) => {
        if (!balancer.connected(node, client)) socket.destroy()
      },
      onClose: client => balancer.disconnected(client),
      onTlsFailure: () => node.own.add('ClientTLSNegotiationErrorCount'),
      serverHeader: () => {
        const listener = balancer.listenerFor(port)
        return listener === undefined || saysServer(listener)
      },
      onRefusal: (client, status) => balancer.refused(node, client, status),
    })
    const path = join(node.folder, String(port))
    rmSync(path, { force: true })
    this.#server = createServer({ allowHalfOpen: true }, socket => this.#accept(socket))
    this.#server.on('error', error => {
      // The folder is gone when the node's interface is: nobody can come any more.
      if (errnoOf(error) !== 'ENOENT') options.onFailure(error)
    })
    this.#server.listen(path)
  }

  close(): void {
    this.#server.close()
    this.#entrance.close()
  }

  #accept(socket: Socket): void {
    socket.on('error', () => socket.destroy())
    // A node without power takes nothing and refuses nothing.
    if (!this.#options.node.up) return
    this.#readLine(socket, Buffer.alloc(0))
  }

  #readLine(socket: Socket, before: Buffer): void {
    socket.once('data', chunk => {
      const bytes = before.length > 0 ? Buffer.concat([before, chunk]) : chunk
      const announced = readProxyLine(bytes)
      if (announced === 'incomplete') return this.#readLine(socket, bytes)
      if (announced === 'malformed') return socket.destroy()
      const { rest, ...peer } = announced
      this.#entrance.accept(socket, peer, rest)
    })
  }

  #tlsFor(hello: ClientHello): TlsChoice | undefined {
    const { balancer, port, certificates } = this.#options
    const listener = balancer.listenerFor(port)
    if (!listener) return undefined
    const policy = listener.sslPolicy ?? DEFAULT_TLS_POLICY
    const chosen = certificates().choose(hello.serverName, policy, listener.certificates)
    const { http2 } = balancer.config.loadBalancer
    return chosen && { context: chosen.context, certificate: chosen.arn, http2 }
  }
}
