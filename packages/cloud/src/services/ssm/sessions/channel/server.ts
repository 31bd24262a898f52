import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HEX, type Random } from '@terrace/kit'
import type { WebSocketEnd, WebSocketEvents } from './frames.ts'
import { acceptWebSocket } from './frames.ts'

/** What a session does with its WebSocket. */
export interface SocketUser extends WebSocketEvents {
  /** Ends it; resolves when what it opened is gone. */
  stop(): Promise<void>
}

/** Takes a WebSocket for a session. */
export type TakeSocket = (socket: WebSocketEnd) => SocketUser

const TOKEN_LENGTH = 64

/** A random token, as StartSession gives it. */
export const newToken = (random: Random): string => random.text(TOKEN_LENGTH, HEX)

/** Where data channels are opened: on 127.0.0.1, one address for each session. It listens from the first session on. */
export class ChannelServer {
  readonly #waiting = new Map<string, TakeSocket>()
  readonly #users = new Set<SocketUser>()
  #server: Promise<Server> | undefined

  /** @returns the address that the client opens; `cancel` forgets a session that nobody came for */
  async expect(sessionId: string, take: TakeSocket): Promise<{ readonly url: string; cancel(): void }> {
    this.#server ??= this.#listen()
    const { port } = (await this.#server).address() as AddressInfo
    const path = `/v1/data-channel/${encodeURIComponent(sessionId)}`
    this.#waiting.set(path, take)
    return { url: `ws://127.0.0.1:${port}${path}?role=publish_subscribe`, cancel: () => this.#waiting.delete(path) }
  }

  async stop(): Promise<void> {
    if (!this.#server) return
    const server = await this.#server
    await Promise.all([...this.#users].map(user => user.stop()))
    server.closeAllConnections()
    server.close()
  }

  async #listen(): Promise<Server> {
    const server = createServer((_, response) => {
      response.writeHead(426, { connection: 'close' })
      response.end('data channels are WebSockets\n')
    })
    server.on('upgrade', (request, stream, head) => {
      const path = (request.url ?? '').replace(/\?.*$/, '')
      const take = this.#waiting.get(path)
      // A page in a browser sends its origin: nobody of that kind has a session here.
      if (!take || request.headers.origin !== undefined) {
        stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
        return
      }
      this.#waiting.delete(path)
      let user: SocketUser | undefined
      const early: Parameters<WebSocketEvents['onMessage']>[0][] = []
      const socket = acceptWebSocket(request, stream, head, {
        onMessage: message => (user ? user.onMessage(message) : void early.push(message)),
        onClose: () => user?.onClose(),
      })
      if (!socket) return
      const taken = take(socket)
      user = taken
      this.#users.add(taken)
      for (const message of early) taken.onMessage(message)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return server
  }
}
