import { existsSync } from 'node:fs'
import net, { type Socket } from 'node:net'
import type { Clock, Random } from '@terrace/kit'
import { choose, proxyLine, Rotation, SourcePorts, sourceOf } from '../process/choose.ts'
import { Connections } from '../process/connections.ts'
import { connectionFailure, lookupFailure } from '../process/failures.ts'
import { isLoopback } from '../process/live-view.ts'
import { openProcessLink, type ProcessLink } from '../process/process-link.ts'

/** Makes connections as one interface does, for programs that can't load the preload. */
export class Dialer {
  readonly #folder: string
  readonly #clock: Clock
  readonly #link: ProcessLink
  readonly #connections: Connections
  readonly #rotation = new Rotation()
  readonly #sourcePorts: SourcePorts

  constructor(link: string, folder: string, clock: Clock, random: Random) {
    this.#folder = folder
    this.#clock = clock
    this.#sourcePorts = new SourcePorts(random.next())
    const timers = {
      now: () => clock.now(),
      after: clock.after.bind(clock),
      every: clock.every.bind(clock),
      random: () => random.next(),
    }
    const connections = new Connections(timers, message => this.#link.report(message))
    this.#connections = connections
    this.#link = openProcessLink(net.connect({ path: link }), {
      changed: (view, addresses) => connections.changed(view, addresses),
      cut: addresses => connections.cut(addresses),
    })
  }

  /**
   * Connects. A connection that is denied never settles; end it with the signal.
   * @throws Error as `net.connect` gives it: ENOTFOUND, EAI_AGAIN, ECONNREFUSED, ENETUNREACH
   */
  async dial(host: string, port: number, signal: AbortSignal): Promise<Socket> {
    const view = this.#link.current() ?? (await this.#link.first)
    const found = net.isIP(host) || isLoopback(host) ? { addresses: [host] } : view.resolve(host)
    if ('error' in found) throw lookupFailure(found.error, host)
    const choice = choose(view, this.#rotation.order(found.addresses), port, this.#folder, existsSync)
    const fromPort = this.#sourcePorts.take()
    if (choice.kind === 'failed') throw connectionFailure(choice.code, choice.address, port)
    for (const address of choice.silent) this.#link.report({ dropped: { host, address, port, fromPort } })
    if (choice.kind === 'silence') return new Promise(() => {})
    if (choice.after > 0) await this.#clock.sleep(choice.after, signal)
    const { address, reach } = choice
    const socket = await connected(choice.socket, address, port)
    if (signal.aborted) {
      socket.destroy()
      throw signal.reason
    }
    if (!reach) return socket
    const line =
      reach.announceTo === undefined ? '' : proxyLine(sourceOf(view, reach), reach.announceTo, fromPort, port)
    if (line !== '') socket.write(line)
    this.#connections.opened(socket, { address, port, fromPort, preface: line.length }, view)
    return socket
  }

  close(): void {
    this.#connections.cut('all')
    this.#link.close()
  }
}

function connected(path: string, address: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ path, allowHalfOpen: true })
    const failed = () => reject(connectionFailure('ECONNREFUSED', address, port))
    socket.once('error', failed)
    socket.once('connect', () => {
      socket.off('error', failed)
      resolve(socket)
    })
  })
}
