import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { extname, join, normalize } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.jpeg': 'image/jpeg',
}

/** The content security policy that our NGINX sends with every site that it serves. */
export const NGINX_POLICY =
  "default-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

export interface LocalServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, no slash at the end. */
  readonly url: string
  readonly port: number
  readonly close: () => Promise<void>
}

export interface ServeFolderOptions {
  /** Files that are not in the folder, by path. */
  readonly extra?: Readonly<Record<string, string>>
  /** The content security policy that every answer carries. */
  readonly policy?: string
  /** The file for every path that is none, `/index.html` where views have addresses of their own; else that is a 403. */
  readonly fallback?: string
}

/**
 * Answers from a built site as a private bucket behind a CDN does: `/` is `index.html`, what is not there is a 403, and
 * nothing is rewritten; with a `fallback`, as NGINX does.
 */
export const folderListener =
  (folder: string, options: ServeFolderOptions = {}): RequestListener =>
  async (request, response) => {
    const asked = new URL(request.url ?? '/', 'http://localhost').pathname
    const path = asked === '/' ? '/index.html' : normalize(decodeURIComponent(asked))
    const read = (file: string) => readFile(join(folder, file)).catch(() => undefined)
    const own = options.extra?.[path] ?? (await read(path))
    const { fallback } = options
    const content = own ?? (fallback === undefined ? undefined : await read(fallback))
    const file = own === undefined && fallback !== undefined ? fallback : path
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream')
    if (options.policy) response.setHeader('content-security-policy', options.policy)
    response.statusCode = content === undefined ? 403 : 200
    response.end(content)
  }

/** Listens on a free port of this machine. */
export async function listenLocally(listener: RequestListener): Promise<LocalServer> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port')
  const close = () => {
    server.closeAllConnections()
    return new Promise<void>(resolve => server.close(() => resolve()))
  }
  return { url: `http://127.0.0.1:${address.port}`, port: address.port, close, [Symbol.asyncDispose]: close }
}

/** Serves a built site on a free port. */
export const serveFolder = (folder: string, options: ServeFolderOptions = {}): Promise<LocalServer> =>
  listenLocally(folderListener(folder, options))
