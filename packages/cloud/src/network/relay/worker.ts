import type { Server, Socket } from 'node:net'
import { parentPort } from 'node:worker_threads'
import { messageOf, secureRandom, systemClock } from '@terrace/kit'
import { Dialer } from './dialer.ts'
import type { FromRelays, ToRelays } from './messages.ts'
import { proxyServer } from './proxy.ts'
import { relayServer } from './relay.ts'

/** The thread of the relays: what other programs send goes through here, and never delays the control plane. */
function start(port: NonNullable<typeof parentPort>): void {
  const dialers = new Map<string, Dialer>()
  const open = new Map<number, { server: Server; clients: Set<Socket> }>()
  const tell = (message: FromRelays) => port.postMessage(message)

  const listen = (id: number, from: string, make: (dialer: Dialer) => Server, where: { path: string } | undefined) => {
    const dialer = dialers.get(from)
    if (!dialer) return tell({ type: 'failed', id, message: `the relays don't know ${from}` })
    const server = make(dialer)
    const clients = new Set<Socket>()
    server.on('connection', client => {
      clients.add(client)
      client.on('close', () => clients.delete(client))
    })
    server.once('error', error => tell({ type: 'failed', id, message: messageOf(error) }))
    server.listen(where ?? { host: '127.0.0.1', port: 0 }, () => {
      const address = server.address()
      const tcp = typeof address === 'object' && address !== null ? { port: address.port } : {}
      tell({ type: 'opened', id, ...tcp })
    })
    open.set(id, { server, clients })
  }

  port.on('message', (message: ToRelays) => {
    switch (message.type) {
      case 'interface':
        dialers.set(message.id, new Dialer(message.link, message.folder, systemClock, secureRandom))
        return
      case 'forget':
        dialers.get(message.id)?.close()
        dialers.delete(message.id)
        return
      case 'relay':
        return listen(message.id, message.from, dialer => relayServer(dialer, message.host, message.port), {
          path: message.socket,
        })
      case 'proxy':
        return listen(message.id, message.from, dialer => proxyServer(dialer, message), undefined)
      case 'close': {
        const closing = open.get(message.id)
        open.delete(message.id)
        closing?.server.close()
        for (const client of closing?.clients ?? []) client.destroy()
      }
    }
  })
}

if (parentPort) start(parentPort)
