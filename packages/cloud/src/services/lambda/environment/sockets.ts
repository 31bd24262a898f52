import { rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { RuntimeMessage } from '../runtime/messages.ts'

/** The cloud's end of the connection to one process. */
export interface Connection {
  onMessage(listener: (message: RuntimeMessage) => void): void
  onClose(listener: () => void): void
  send(message: object): void
  close(): void
}

/** The socket on which the processes of all functions report in, each under the id that it was given. */
export class FunctionSockets {
  readonly path: string
  readonly #server: Server
  readonly #open = new Set<Socket>()
  readonly #awaited = new Map<string, (connection: Connection) => void>()

  private constructor(path: string) {
    this.path = path
    this.#server = createServer(socket => this.#take(socket))
  }

  static async open(folder: string): Promise<FunctionSockets> {
    const sockets = new FunctionSockets(join(folder, 'lambda.sock'))
    rmSync(sockets.path, { force: true })
    await new Promise<void>((resolve, reject) => sockets.#server.once('error', reject).listen(sockets.path, resolve))
    return sockets
  }

  /** Resolves when the process with that id reports in. */
  connected(id: string): Promise<Connection> {
    return new Promise(resolve => this.#awaited.set(id, resolve))
  }

  forget(id: string): void {
    this.#awaited.delete(id)
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#open) socket.destroy()
    rmSync(this.path, { force: true })
  }

  #take(socket: Socket): void {
    this.#open.add(socket)
    socket.once('close', () => this.#open.delete(socket))
    socket.on('error', () => socket.destroy())
    const early: RuntimeMessage[] = []
    let listener = (message: RuntimeMessage): void => void early.push(message)
    const connection: Connection = {
      onMessage: to => {
        listener = to
        for (const message of early.splice(0)) to(message)
      },
      onClose: to => void socket.once('close', to),
      send: message => void socket.write(`${JSON.stringify(message)}\n`),
      close: () => socket.destroy(),
    }
    const read = (message: RuntimeMessage) => {
      if (message.type !== 'hello') return listener(message)
      const awaiting = this.#awaited.get(message.environment)
      this.#awaited.delete(message.environment)
      if (awaiting) awaiting(connection)
      else socket.destroy()
    }
    readLines(socket, read)
  }
}

/** Answers may have megabytes: pieces are joined once, not with every chunk. */
function readLines(socket: Socket, read: (message: RuntimeMessage) => void): void {
  let pieces: string[] = []
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = chunk.split('\n')
    while (lines.length > 1) {
      const text = [...pieces, lines.shift()].join('')
      pieces = []
      read(JSON.parse(text))
    }
    pieces.push(lines[0] ?? '')
  })
}
