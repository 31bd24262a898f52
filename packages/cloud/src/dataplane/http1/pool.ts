import { ClientConnection } from './client-connection.ts'

/** Connections to one Unix socket, kept open between requests. */
export class ConnectionPool {
  readonly #socketPath: string
  readonly #idle: ClientConnection[] = []
  readonly #all = new Set<ClientConnection>()
  readonly #busy = new Set<ClientConnection>()
  #retired = false

  constructor(socketPath: string) {
    this.#socketPath = socketPath
  }

  /** An idle connection, the one used last first, or a new one. */
  take(): ClientConnection {
    const connection = this.#idle.pop()
    if (connection === undefined) return this.takeFresh()
    this.#busy.add(connection)
    return connection
  }

  /** A new connection: for requests that must not be repeated, since the server may be closing an idle one. */
  takeFresh(): ClientConnection {
    const connection = new ClientConnection(this.#socketPath, (c, reusable) => this.#free(c, reusable))
    this.#all.add(connection)
    this.#busy.add(connection)
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

  #free(connection: ClientConnection, reusable: boolean): void {
    if (!this.#busy.delete(connection)) {
      const index = this.#idle.indexOf(connection)
      if (index >= 0) this.#idle.splice(index, 1)
      this.#all.delete(connection)
      return
    }
    if (reusable && !this.#retired) {
      this.#idle.push(connection)
      return
    }
    this.#all.delete(connection)
    if (reusable) connection.destroy()
  }
}
