import { createServer, type Server, type Socket } from 'node:net'
import type { Dialer } from './dialer.ts'
import { splice } from './splice.ts'

/** A listener that leads to one destination. A denied connection is held in silence; other failures close it. */
export function relayServer(dialer: Dialer, host: string, port: number): Server {
  return createServer({ allowHalfOpen: true, pauseOnConnect: true }, client => {
    dialFor(client, dialer, host, port).then(
      target => {
        splice(client, target)
        client.resume()
      },
      () => client.destroy(),
    )
  })
}

/** Dials for a client, which may leave before the answer comes. */
export async function dialFor(client: Socket, dialer: Dialer, host: string, port: number): Promise<Socket> {
  const gone = new AbortController()
  const leave = () => gone.abort()
  client.once('close', leave)
  client.once('error', leave)
  try {
    return await dialer.dial(host, port, gone.signal)
  } finally {
    client.off('close', leave)
    client.off('error', leave)
  }
}
