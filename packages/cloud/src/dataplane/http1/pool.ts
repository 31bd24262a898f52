import type { Clock, Duration, Instant } from '@terrace/kit'
import { Watch } from '../watch.ts'
import { ClientConnection, type ConnectionEnd, type Dial } from './client-connection.ts'

/** How long an idle connection is used again. Shorter than the server keeps it, or requests go into closed ones. */
export interface KeepIdle {
  readonly clock: Clock
  readonly limit: Duration
}

/** What is told of each connection that has ended. */
export type OnConnectionEnd = (openedAt: Instant, end: ConnectionEnd) => void

/** Connections to one server, kept open between requests. */
export class ConnectionPool {
  readonly #server: string | Dial
  readonly #keep: KeepIdle | undefined
  readonly #idle: ClientConnection[] = []
  readonly #all = new Set<ClientConnection>()
  readonly #onConnectionEnd: OnConnectionEnd | undefined
  readonly #onFree = (connection: ClientConnection, reusable: boolean) => this.#free(connection, reusable)
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
      for (const connection of [idle, ...this.#idle.splice(0)]) connection.destroy()
      return this.takeFresh()
    }
    idle.busy = true
    return idle
  }

  /**
   * A new connection: for requests that must not be repeated, since the server may be closing an idle one.
   *
   * @param upgradable  the server may speak another protocol on it: `onUpgrade` is told
   */
  takeFresh(upgradable = false): ClientConnection {
    const connection = new ClientConnection(this.#server, this.#onFree, upgradable)
    const openedAt = this.#keep?.clock.now() ?? 0
    const watch = this.#keep && new Watch(this.#keep.clock)
    connection.watch = watch
    connection.onClosed = end => {
      watch?.close()
      this.#onConnectionEnd?.(openedAt, end)
    }
    this.#all.add(connection)
    return connection
  }

  /** Closes what is idle; what is busy is closed when its request is over. */
  retire(): void {
    this.#retired = true
    for (const connection of this.#idle.splice(0)) connection.destroy()
  }

  /** Cuts everything, also what is under way. */
  destroy(): void {
    this.#retired = true
    for (const connection of [...this.#all]) connection.destroy()
    this.#all.clear()
  }

  #isStale({ idleSince }: ClientConnection): boolean {
    return this.#keep !== undefined && this.#keep.clock.now() - idleSince > this.#keep.limit
  }

  #free(connection: ClientConnection, reusable: boolean): void {
    if (!connection.busy) {
      const index = this.#idle.indexOf(connection)
      if (index >= 0) this.#idle.splice(index, 1)
      this.#all.delete(connection)
      return
    }
    connection.busy = false
    if (reusable && !this.#retired) {
      connection.idleSince = this.#keep?.clock.now() ?? 0
      this.#idle.push(connection)
      return
    }
    this.#all.delete(connection)
    if (reusable) connection.destroy()
  }
}
