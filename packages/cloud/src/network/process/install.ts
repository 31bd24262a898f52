// Loaded into workloads: imports nothing outside this folder.
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import { installChildren } from './children.ts'
import { Connections } from './connections.ts'
import { installDatagrams } from './datagrams.ts'
import { installLookups } from './lookups.ts'
import { openProcessLink } from './process-link.ts'
import { installSockets } from './sockets.ts'
import type { Timers } from './timers.ts'
import { installTls } from './tls.ts'

/** Where a process belongs. */
export interface Place {
  /** Path of the control socket of its interface. */
  readonly link: string
  /** Where the listeners of its interface are. */
  readonly folder: string
  /** File that was loaded before everything else. */
  readonly preload: string
  readonly pid: number
}

/** Gives the process the network of its interface, instead of this machine's. */
export function install({ link: path, folder, preload, pid }: Place, timers: Timers): void {
  const own = { connect: net.Socket.prototype.connect, listen: net.Server.prototype.listen }
  const socket = new net.Socket()
  Reflect.apply(own.connect, socket, [{ path }])
  socket.unref()
  const connections = new Connections(timers, message => link.report(message))
  const link = openProcessLink(
    socket,
    {
      changed: (view, addresses) => connections.changed(view, addresses),
      cut: addresses => connections.cut(addresses),
    },
    pid,
  )
  installSockets({ own, folder, link, connections, timers })
  installTls(connections)
  installLookups(link, timers)
  installDatagrams()
  installChildren({ preload, variables: { TERRACE_LINK: path, TERRACE_FOLDER: folder } })
  // Modules that import functions by their names get ours, too.
  syncBuiltinESMExports()
}
