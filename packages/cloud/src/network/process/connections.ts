// Loaded into workloads: imports nothing outside this folder.
import type { Socket } from 'node:net'
import { connectionFailure } from './failures.ts'
import { Gate } from './gate.ts'
import type { LiveView } from './live-view.ts'
import type { Timers } from './timers.ts'
import type { FlowReport, FromProcess } from './view.ts'

/** How often a connection that lasts is reported, in milliseconds. */
const REPORT_INTERVAL = 10_000

/** Where a connection leads, as the application sees it. */
export interface Destination {
  readonly address: string
  readonly port: number
  /** Chosen for it; no socket has it. */
  readonly fromPort: number
  /** Bytes that were written before the application's own. */
  readonly preface: number
}

/** One connection that stands. */
class Connection {
  readonly socket: Socket
  /** Absent: it came in. */
  readonly to: Destination | undefined
  readonly tracked: boolean
  readonly #timers: Timers
  readonly #streams: Socket[]
  #gate: Gate | undefined
  #since: number
  #sent: number
  #received = 0
  #reported = false

  constructor(socket: Socket, timers: Timers, to: Destination | undefined, tracked: boolean) {
    this.socket = socket
    this.to = to
    this.tracked = tracked
    this.#timers = timers
    this.#streams = [socket]
    this.#since = timers.now()
    this.#sent = to?.preface ?? 0
  }

  /** The application's own stream is a TLS socket around this one. */
  wrap(outer: Socket): void {
    this.#streams.push(outer)
  }

  disturb(held: boolean, delay: readonly [number, number] | undefined): void {
    if (!held && !delay && !this.#gate) return
    this.#gate ??= new Gate(this.#streams, this.#timers)
    this.#gate.setDelay(delay ?? [0, 0])
    this.#gate.setHeld(held)
  }

  reset(): void {
    const { address = '', port = 0 } = this.to ?? {}
    this.socket.destroy(connectionFailure('ECONNRESET', address, port))
  }

  /** What passed since the last report. */
  report(closing: boolean): FlowReport | undefined {
    if (!this.to) return undefined
    const { address, port, fromPort } = this.to
    const now = this.#timers.now()
    const sent = this.socket.bytesWritten - this.#sent
    const received = this.socket.bytesRead - this.#received
    const lasted = Math.round(now - this.#since)
    if (!closing && sent === 0 && received === 0) return undefined
    this.#sent += sent
    this.#received += received
    this.#since = now
    const part = partOf(this.#reported, closing)
    this.#reported = true
    return { fromPort, address, port, sent: Math.max(0, sent), received, lasted, ...(part ? { part } : {}) }
  }
}

/** The connections of one process: they follow the rules while they stand, and what they carry is reported. */
export class Connections {
  readonly #all = new Set<Connection>()
  readonly #bySocket = new WeakMap<Socket, Connection>()
  readonly #timers: Timers
  readonly #report: (message: FromProcess) => void
  #reporting = false

  constructor(timers: Timers, report: (message: FromProcess) => void) {
    this.#timers = timers
    this.#report = report
  }

  /** A connection that was allowed a moment ago. */
  opened(socket: Socket, to: Destination, view: LiveView): void {
    const connection = new Connection(socket, this.#timers, to, view.isTracked(to.address, to.port))
    this.#add(connection, view)
    socket.prependOnceListener('close', () => {
      const flow = connection.report(true)
      if (flow) this.#report({ flow })
    })
    this.#reportRegularly()
  }

  accepted(socket: Socket, view: LiveView | undefined): void {
    this.#add(new Connection(socket, this.#timers, undefined, true), view)
  }

  /** TLS around a connection: what is held back is the application's data. */
  wrapped(socket: Socket, outer: Socket): void {
    this.#bySocket.get(socket)?.wrap(outer)
  }

  changed(view: LiveView, addresses: readonly string[] | 'all'): void {
    for (const connection of this.#all) {
      const concerned = addresses === 'all' || (connection.to && addresses.includes(connection.to.address))
      if (concerned) this.#follow(connection, view)
    }
  }

  cut(addresses: readonly string[] | 'all'): void {
    for (const connection of [...this.#all]) {
      if (addresses === 'all' || (connection.to && addresses.includes(connection.to.address))) connection.reset()
    }
  }

  #add(connection: Connection, view: LiveView | undefined): void {
    this.#all.add(connection)
    this.#bySocket.set(connection.socket, connection)
    connection.socket.once('close', () => this.#all.delete(connection))
    if (view) this.#follow(connection, view)
  }

  #follow(connection: Connection, view: LiveView): void {
    const { to, tracked } = connection
    const held = to ? !view.goesOn(to.address, to.port, tracked) : view.blackholed
    connection.disturb(held, to && view.reachOf(to.address)?.delay)
  }

  #reportRegularly(): void {
    if (this.#reporting) return
    this.#reporting = true
    this.#timers.every(REPORT_INTERVAL, () => {
      for (const connection of this.#all) {
        const flow = connection.report(false)
        if (flow) this.#report({ flow })
      }
    })
  }
}

function partOf(reported: boolean, closing: boolean): FlowReport['part'] {
  if (reported) return closing ? 'last' : 'middle'
  return closing ? undefined : 'first'
}
