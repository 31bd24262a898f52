import { unlink } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { messageOf, TerraceError } from '@terrace/kit'
import type { MetadataServer } from './metadata.ts'

/** An answer of a metadata service; `silence` keeps the caller waiting, as a packet that was dropped would. */
export type Answer =
  | { readonly status: number; readonly body: string | Buffer; readonly headers?: Readonly<Record<string, string>> }
  | 'silence'

/** A request as a metadata service sees it. */
export interface Asked {
  readonly method: string
  /** Without query, as sent. */
  readonly path: string
  header(name: string): string | undefined
}

/**
 * Serves one host on a Unix socket.
 * @throws TerraceError METADATA_CANNOT_LISTEN
 */
export async function serveMetadata(
  socket: string,
  answer: (asked: Asked) => Answer | Promise<Answer>,
): Promise<MetadataServer> {
  const server = createServer(
    { keepAliveTimeout: 60_000 },
    (request, response) => void respond(request, response, answer),
  )
  server.on('clientError', (_error, connection) => connection.destroy())
  // A socket file that a killed process left behind is not in use.
  await unlink(socket).catch(() => {})
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => {
      const message = `the metadata service cannot listen on ${socket}: ${messageOf(cause)}`
      reject(new TerraceError('METADATA_CANNOT_LISTEN', message, { blame: 'internal', cause }))
    })
    server.listen(socket, () => resolve())
  })
  return {
    socket,
    close() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    },
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (asked: Asked) => Answer | Promise<Answer>,
): Promise<void> {
  request.resume()
  const given = await Promise.resolve()
    .then(() => answer(askedOf(request)))
    .catch((): Answer => ({ status: 500, body: '' }))
  if (given === 'silence') return
  response.writeHead(given.status, { 'content-length': Buffer.byteLength(given.body), ...given.headers })
  response.end(request.method === 'HEAD' ? undefined : given.body)
}

function askedOf({ method = 'GET', url = '/', headers }: IncomingMessage): Asked {
  return {
    method,
    path: url.split('?', 1)[0] ?? '/',
    header(name) {
      const value = headers[name]
      return typeof value === 'object' ? value.join(', ') : value
    },
  }
}
