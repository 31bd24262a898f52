import { connect as connectTls } from 'node:tls'
import { type Clock, type Duration, type Instant, seconds } from '@terrace/kit'
import type { Zone } from '@terrace/model'
import type { Dial } from '../http1/client-connection.ts'
import { ConnectionPool, type OnConnectionEnd } from '../http1/pool.ts'
import type { TargetConfig } from '../messages.ts'
import type { TargetHealth } from './target-health.ts'

/** A request or a tunnel on its way to a target. */
export interface UnderWay {
  /** Its place among what is under way to the target; the target's own affair. */
  slot: number
  /** The target is gone: the client is told so if it has heard nothing yet. */
  cut(): void
  /** The node has lost its power: nothing moves any more, and nobody is told. */
  freeze(): void
  /** The node is back and knows nothing of it: both sides are cut. */
  thaw(): void
}

/** How connections to a target are made and what is told of them. */
export interface TargetOptions {
  readonly clock: Clock
  readonly secure: boolean
  readonly onConnectionEnd?: OnConnectionEnd
}

/** The share of its first second in slow start; the rest grows with time. */
const LEAST_SHARE = 0.01

/** A registered target as one node of a balancer sees it: its health, its connections, what is under way. */
export class LiveTarget {
  config: TargetConfig
  health: TargetHealth
  /** Called when the last request under way is over. */
  onIdle: (() => void) | undefined
  /** When its slow start began, while it lasts. */
  rampFrom: Instant | undefined
  readonly #options: TargetOptions
  // An array, not a set: the tables that a set leaves behind would keep every request alive until a full collection.
  readonly #underWay: UnderWay[] = []
  #pool: ConnectionPool | undefined
  #poolSocket: string | undefined

  constructor(config: TargetConfig, health: TargetHealth, options: TargetOptions) {
    this.config = config
    this.health = health
    this.#options = options
  }

  get inFlight(): number {
    return this.#underWay.length
  }

  /** What is under way now. */
  get underWay(): readonly UnderWay[] {
    return [...this.#underWay]
  }

  /** The socket that stands for the target's port, or nothing when the network drops what the node sends. */
  socketFrom(node: Zone): string | undefined {
    return this.config.routes[node] ?? undefined
  }

  /** How to open a connection to that socket. differs: as on AWS, the certificate of a target is not looked at */
  dialTo(socket: string): string | Dial {
    return this.#options.secure ? () => connectTls({ path: socket, rejectUnauthorized: false }) : socket
  }

  poolFor(socket: string, idleLimit: Duration): ConnectionPool {
    if (this.#pool && this.#poolSocket === socket) return this.#pool
    this.#pool?.retire()
    const { clock, onConnectionEnd } = this.#options
    this.#pool = new ConnectionPool(this.dialTo(socket), { clock, limit: idleLimit }, onConnectionEnd)
    this.#poolSocket = socket
    return this.#pool
  }

  /** Its share of the turns of a round robin: less than 1 in slow start. */
  shareAt(now: Instant, slowStart: Duration): number {
    if (this.rampFrom === undefined) return 1
    const share = (now - this.rampFrom) / slowStart
    if (share < 1) return Math.max(share, LEAST_SHARE)
    this.rampFrom = undefined
    return 1
  }

  started(call: UnderWay): void {
    call.slot = this.#underWay.length
    this.#underWay.push(call)
  }

  finished(call: UnderWay): void {
    if (this.#underWay[call.slot] !== call) return
    const last = this.#underWay.pop()
    if (last && last !== call) {
      this.#underWay[call.slot] = last
      last.slot = call.slot
    }
    if (this.#underWay.length === 0) this.onIdle?.()
  }

  /** Nothing new reaches it over connections that were made before. */
  dropIdleConnections(): void {
    this.#pool?.retire()
    this.#pool = undefined
    this.#poolSocket = undefined
  }

  /** Cuts what is under way. */
  close(): void {
    for (const call of this.underWay) call.cut()
    this.#pool?.retire()
  }
}

/** How long an ALB waits for a connection to a target, and for its TLS handshake. */
export const CONNECT_TIMEOUT = seconds(10)
