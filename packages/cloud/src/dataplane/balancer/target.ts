import type { Zone } from '@terrace/model'
import { ConnectionPool, type KeepIdle } from '../http1/pool.ts'
import type { TargetConfig } from '../messages.ts'
import type { TargetHealth } from './target-health.ts'

/** A registered target as one node of a balancer sees it: its health, its connections, what is under way. */
export class LiveTarget {
  config: TargetConfig
  health: TargetHealth
  inFlight = 0
  /** Called when the last request under way is over. */
  onIdle: (() => void) | undefined
  #pool: ConnectionPool | undefined
  #poolSocket: string | undefined

  constructor(config: TargetConfig, health: TargetHealth) {
    this.config = config
    this.health = health
  }

  /** The socket that stands for the target's port, or nothing when the network drops what the node sends. */
  socketFrom(node: Zone): string | undefined {
    return this.config.routes[node] ?? undefined
  }

  poolFor(socket: string, keep: KeepIdle): ConnectionPool {
    if (this.#pool && this.#poolSocket === socket) return this.#pool
    this.#pool?.retire()
    this.#pool = new ConnectionPool(socket, keep)
    this.#poolSocket = socket
    return this.#pool
  }

  finished(): void {
    this.inFlight--
    if (this.inFlight === 0) this.onIdle?.()
  }

  close(): void {
    this.#pool?.retire()
  }
}
