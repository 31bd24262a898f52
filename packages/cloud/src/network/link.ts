import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Network, NetworkInterface } from './network.ts'

/** The control socket of one instance: tells its processes the rules, and hears which of them are under control. */
export interface NetworkLink {
  /** Path of the socket, for the workload's environment. */
  readonly socket: string
  /** Resolves when the process reports in; a Node process that never does is not under the network's control. */
  reported(pid: number): Promise<void>
  close(): void
}

/** A connection that a workload tried and that stays silent. */
export interface Dropped {
  /** The name or address that the application asked for. */
  readonly host: string
  readonly port: number
}

/** What a process tells: who it is, once, and each connection that its rules don't allow. */
interface Report {
  readonly pid?: number
  readonly dropped?: Dropped
}

/** Opens the link of an interface. Changes of the network are told at once. */
export async function openLink(
  network: Network,
  networkInterface: NetworkInterface,
  onDropped: (dropped: Dropped) => void,
): Promise<NetworkLink> {
  const socket = join(networkInterface.folder, 'link')
  const connected = new Set<Socket>()
  const reports = new Map<number, PromiseWithResolvers<void>>()
  const reportOf = (pid: number) => {
    const known = reports.get(pid)
    if (known) return known
    const report = Promise.withResolvers<void>()
    reports.set(pid, report)
    return report
  }
  const tell = (to: Socket) => to.write(`${JSON.stringify(network.viewOf(networkInterface))}\n`)
  const server = createServer(connection => {
    connected.add(connection)
    connection.on('close', () => connected.delete(connection))
    connection.on('error', () => connection.destroy())
    const lines = createInterface(connection)
    // It passes on the connection's own error, which is dealt with above.
    lines.on('error', () => {})
    lines.on('line', line => {
      const { pid, dropped } = JSON.parse(line) as Report
      if (pid !== undefined) reportOf(pid).resolve()
      if (dropped) onDropped(dropped)
    })
    tell(connection)
  })
  await listening(server, socket)
  const stopTelling = network.onChange(() => {
    for (const connection of connected) tell(connection)
  })
  return {
    socket,
    reported: pid => reportOf(pid).promise,
    close() {
      stopTelling()
      server.close()
      for (const connection of connected) connection.destroy()
    },
  }
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
