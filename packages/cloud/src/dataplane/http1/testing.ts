import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@terrace/kit'
import type { Client, Exchange, Handler } from './exchange.ts'
import { respond } from './exchange.ts'
import { ServerConnection } from './server-connection.ts'

/** For tests: the viewer that every connection of a `TestServer` belongs to. */
export const TEST_CLIENT: Client = { address: '198.51.100.7', port: 40_000, secure: true, plain: false, entryPort: 443 }

/** For tests: a Unix socket served by `ServerConnection`. */
export interface TestServer {
  readonly path: string
  readonly open: ReadonlySet<Socket>
  stop(): Promise<void>
}

/**
 * Listens on a socket of its own in a temporary folder; malformed bytes are answered by 400 and the parser's reason.
 *
 * @param allowHalfOpen  whether a client that closes its half is still answered, as Node's servers are told
 */
export async function serve(
  handler: Handler,
  client: Client = TEST_CLIENT,
  allowHalfOpen = false,
): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'http1-'))
  const path = join(folder, 's')
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen }, socket => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    new ServerConnection({
      socket,
      client,
      handler,
      onMalformed: (to, { status, message }) =>
        to.end(`HTTP/1.1 ${status} Bad Request\r\nContent-Length: ${message.length}\r\n\r\n${message}`),
      clock: systemClock,
    })
  })
  await new Promise<void>(resolve => server.listen(path, resolve))
  return {
    path,
    open,
    async stop() {
      for (const socket of open) socket.destroy()
      await new Promise<void>(resolve => server.close(() => resolve()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Writes the pieces one after the other, each when the one before has left, and gives all that came until the end. */
export async function talk(path: string, ...pieces: readonly string[]): Promise<string> {
  const socket = connect(path)
  socket.setNoDelay(true)
  const received: Buffer[] = []
  socket.on('data', chunk => received.push(chunk))
  const closed = new Promise<void>(resolve => socket.on('close', () => resolve()))
  socket.on('error', () => {})
  for (const piece of pieces) {
    await new Promise<void>(resolve => socket.write(piece, 'latin1', () => resolve()))
    await new Promise<void>(resolve => setImmediate(resolve))
  }
  await closed
  return Buffer.concat(received).toString('latin1')
}

/** Reads the whole body of a request, then calls back. */
export function collect(exchange: Exchange, then: (body: string) => void): void {
  const chunks: Buffer[] = []
  exchange.readBody({
    onBody: chunk => chunks.push(Buffer.from(chunk)),
    onEnd: () => then(Buffer.concat(chunks).toString('latin1')),
    onAbort() {},
  })
}

/** Answers every request by its method, target and body. */
export const echo: Handler = exchange =>
  collect(exchange, body => {
    respond(exchange, 200, 'OK', [], `${exchange.request.method} ${exchange.request.target} ${body}`)
  })
