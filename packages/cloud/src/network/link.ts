import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Clock, Stop } from '@terrace/kit'
import { type DroppedConnection, dropOf } from './drops.ts'
import type { Flow, Network, NetworkInterface } from './network.ts'
import { type FlowReport, type FromProcess, LINK_PROTOCOL } from './process/view.ts'

/** The control socket of one interface: tells its processes the rules, and hears which of them are under control. */
export interface NetworkLink {
  /** Path of the socket, for the workload's environment. */
  readonly socket: string
  /** Resolves when the process reports in; a Node process that never does is not under the network's control. */
  reported(pid: number): Promise<void>
  close(): void
}

/** A connection that a workload tried and that stays silent. */
export type Dropped = DroppedConnection

/**
 * Opens the link of an interface. Changes of the network are told at once, what its processes report is recorded.
 * @param onDropped  absent: the network's own journal says it, each reason once
 * @param name  of the socket in the interface's folder
 */
export async function openLink(
  network: Network,
  networkInterface: NetworkInterface,
  onDropped: (dropped: Dropped) => void = dropped => network.noteDropped(networkInterface, dropped),
  name = 'link',
): Promise<NetworkLink> {
  const socket = join(networkInterface.folder, name)
  const connected = new Map<Socket, Stop>()
  const reports = new Map<number, PromiseWithResolvers<void>>()
  const reportOf = (pid: number) => {
    const report = reports.get(pid) ?? Promise.withResolvers<void>()
    reports.set(pid, report)
    return report
  }
  const take = (text: string, connection: Socket) => {
    const { protocol, pid, dropped, flow } = JSON.parse(text) as FromProcess
    if (protocol !== undefined && protocol !== LINK_PROTOCOL) return connection.destroy()
    if (protocol !== undefined) {
      const stop = network.subscribe(networkInterface, line => connection.write(line))
      connected.set(connection, stop)
      if (connection.destroyed) stop()
    }
    if (pid !== undefined) reportOf(pid).resolve()
    if (flow) network.record(flowOf(flow, networkInterface, network.clock))
    if (dropped) {
      network.record(attemptOf(dropped, networkInterface, network.clock))
      onDropped(dropOf(network, networkInterface, dropped))
    }
  }
  const server = createServer(connection => {
    connected.set(connection, () => {})
    connection.on('close', () => {
      connected.get(connection)?.()
      connected.delete(connection)
    })
    connection.on('error', () => connection.destroy())
    const lines = createInterface(connection)
    // It passes on the connection's own error, which is dealt with above.
    lines.on('error', () => {})
    lines.on('line', line => take(line, connection))
  })
  await listening(server, socket)
  return {
    socket,
    reported: pid => reportOf(pid).promise,
    close() {
      server.close()
      for (const connection of connected.keys()) connection.destroy()
    },
  }
}

function flowOf(report: FlowReport, from: NetworkInterface, clock: Clock): Flow {
  const { lasted, ...rest } = report
  const endedAt = clock.now()
  return { from, ...rest, startedAt: endedAt - lasted, endedAt, accepted: true }
}

function attemptOf(
  { address, port, fromPort }: NonNullable<FromProcess['dropped']>,
  from: NetworkInterface,
  clock: Clock,
): Flow {
  const now = clock.now()
  return { from, fromPort, address, port, sent: 0, received: 0, startedAt: now, endedAt: now, accepted: false }
}

function listening(server: Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
