import type { Clock, Duration, Instant } from '@terrace/kit'
import { ClientConnection, type ConnectionEnd, type Dial } from './client-connection.ts'

/** How long an idle connection is used again. Shorter than the server keeps it, or requests go into closed ones. */
export interface KeepIdle {
  readonly clock: Clock
  readonly limit: Duration
}

interface IdleConnection {
  readonly connection: ClientConnection
  readonly since: Instant
}

/** What is told of each connection that has ended. */
export type OnConnectionEnd = (openedAt: Instant, end: ConnectionEnd) => void

/** Connections to one server, kept open between requests. */
export class ConnectionPool {
  readonly #server: string | Dial
  readonly #keep: KeepIdle | undefined
  readonly #idle: IdleConnection[] = []
  readonly #all = new Set<ClientConnection>()
  readonly #busy = new Set<ClientConnection>()
  readonly #onConnectionEnd: OnConnectionEnd | undefined
  #retired = false

  /**
   * @param server  a Unix socket, or how to reach one
   * @param keep  default: until the server closes them
   */
  constructor(server: string | Dial, keep?: KeepIdle, onConnectionEnd?: OnConnectionEnd) {
    this.#server = server
    this.#keep = keep
    this.#onConnectionEnd = onConnectionEnd
  }

  /** An idle connection, the one used last first, or a new one. */
  take(): ClientConnection {
    const idle = this.#idle.pop()
    if (idle === undefined) return this.takeFresh()
    if (this.#isStale(idle)) {
      // The others were used even earlier.
      for (const { connection } of [idle, ...this.#idle.splice(0)]) connection.destroy()
      return this.takeFresh()
    }
    this.#busy.add(idle.connection)
    return idle.connection
  }

  /** A new connection: for requests that must not be repeated, since the server may be closing an idle one. */
  takeFresh(): ClientConnection {
    const connection = new ClientConnection(this.#server, (c, reusable) => this.#free(c, reusable))
    const openedAt = this.#keep?.clock.now() ?? 0
    const report = this.#onConnectionEnd
    if (report) connection.onClosed = end => report(openedAt, end)
    this.#all.add(connection)
    this.#busy.add(connection)
    return connection
  }

  /** Closes what is idle; what is busy is closed when its request is over. */
  retire(): void {
    this.#retired = true
    for (const { connection } of this.#idle.splice(0)) connection.destroy()
  }

  /** Cuts everything, also what is under way. */
  destroy(): void {
    this.#retired = true
    for (const connection of [...this.#all]) connection.destroy()
    this.#all.clear()
  }

  #isStale({ since }: IdleConnection): boolean {
    return this.#keep !== undefined && this.#keep.clock.now() - since > this.#keep.limit
  }

  #free(connection: ClientConnection, reusable: boolean): void {
    if (!this.#busy.delete(connection)) {
      const index = this.#idle.findIndex(idle => idle.connection === connection)
      if (index >= 0) this.#idle.splice(index, 1)
      this.#all.delete(connection)
      return
    }
    if (reusable && !this.#retired) {
      this.#idle.push({ connection, since: this.#keep?.clock.now() ?? 0 })
      return
    }
    this.#all.delete(connection)
    if (reusable) connection.destroy()
  }
}
