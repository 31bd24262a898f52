import type { Duplex } from 'node:stream'
import type { Clock, Duration, Stop } from '@terrace/kit'
import { writeHeaders } from '../http1/headers.ts'
import type { MessageHead } from '../http1/parser.ts'
import type { LiveTarget, UnderWay } from './target.ts'

interface End {
  readonly socket: Duplex
  /** What had been read of the new protocol already. */
  readonly rest: Buffer
}

export interface TunnelOptions {
  readonly clock: Clock
  readonly idleTimeout: Duration
  readonly target: LiveTarget
  /** The target's 101. */
  readonly head: MessageHead
  readonly client: End
  readonly server: End
  readonly onTunnelEnd: (sent: number, received: number) => void
}

/**
 * A WebSocket: bytes are relayed both ways until one side ends, nobody says anything for the idle time-out, or the target
 * is deregistered and its delay is over.
 *
 * @see ELB User Guide for Application Load Balancers, "WebSockets"
 */
export class Tunnel implements UnderWay {
  slot = 0
  readonly #options: TunnelOptions
  #lastActivity: number
  #sent = 0
  #received = 0
  #over = false
  #stopWatching: Stop = () => {}

  constructor(options: TunnelOptions) {
    this.#options = options
    const { client, server, head, clock, idleTimeout, target } = options
    this.#lastActivity = clock.now()
    target.started(this)
    const first = `HTTP/1.1 101 Switching Protocols\r\n${writeHeaders(head.headers)}\r\n`
    this.#sent += first.length
    client.socket.write(first, 'latin1')
    this.#pipe(client, server.socket, bytes => {
      this.#received += bytes
    })
    this.#pipe(server, client.socket, bytes => {
      this.#sent += bytes
    })
    this.#watch(idleTimeout)
  }

  cut(): void {
    this.#end()
  }

  freeze(): void {
    this.#over = true
    this.#stopWatching()
    this.#options.client.socket.pause()
    this.#options.server.socket.pause()
    this.#options.target.finished(this)
  }

  thaw(): void {
    this.#options.client.socket.destroy()
    this.#options.server.socket.destroy()
  }

  #pipe({ socket, rest }: End, to: Duplex, count: (bytes: number) => void): void {
    const pass = (chunk: Buffer) => {
      if (this.#over) return
      this.#lastActivity = this.#options.clock.now()
      count(chunk.length)
      if (!to.write(chunk)) socket.pause()
    }
    if (rest.length > 0) pass(rest)
    socket.on('data', pass)
    to.on('drain', () => !this.#over && socket.resume())
    socket.on('end', () => to.end())
    socket.on('error', () => this.#end())
    socket.on('close', () => this.#end())
    socket.resume()
  }

  #watch(wait: Duration): void {
    const { clock, idleTimeout } = this.#options
    this.#stopWatching = clock.after(wait, () => {
      const idle = clock.now() - this.#lastActivity
      if (idle < idleTimeout) return this.#watch(idleTimeout - idle)
      this.#end()
    })
  }

  #end(): void {
    if (this.#over) return
    this.#over = true
    this.#stopWatching()
    const { client, server, target, onTunnelEnd } = this.#options
    target.finished(this)
    // What was written is still delivered.
    client.socket.end()
    server.socket.end()
    client.socket.resume()
    server.socket.resume()
    onTunnelEnd(this.#sent, this.#received)
  }
}
