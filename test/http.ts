import { request } from 'node:http'
import { createServer } from 'node:net'

export interface Answer {
  /** 0 when there was no answer at all. */
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface CallOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON. */
  readonly body?: object | string
  readonly timeoutMs?: number
}

/** One request on a connection of its own. Names under `localhost` are led to 127.0.0.1, as browsers and curl do. */
export function call(url: string, options: CallOptions = {}): Promise<Answer> {
  const { hostname, host, port, pathname, search } = new URL(url)
  const text = typeof options.body === 'object' ? JSON.stringify(options.body) : options.body
  const json = typeof options.body === 'object' ? { 'Content-Type': 'application/json' } : {}
  return new Promise(resolve => {
    const failed = () => resolve({ status: 0, headers: {}, body: '' })
    const sent = request({
      host: hostname.endsWith('localhost') ? '127.0.0.1' : hostname,
      port,
      path: pathname + search,
      method: options.method ?? 'GET',
      agent: false,
      timeout: options.timeoutMs ?? 20_000,
      // A web ACL blocks who does not say what it is.
      headers: { Host: host, 'User-Agent': 'terrace-tests', ...json, ...options.headers },
    })
    sent.on('timeout', () => sent.destroy())
    sent.on('error', failed)
    sent.on('response', response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('error', failed)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      )
    })
    sent.end(text)
  })
}

/** The body of an answer as JSON. */
export async function json<T>(url: string, options: CallOptions = {}): Promise<T> {
  const answer = await call(url, options)
  return JSON.parse(answer.body) as T
}

/** Below the ports that Linux and macOS give to whoever asks for any: none of these is taken by chance in between. */
const PORTS = { first: 20_000, count: 12_000 }
let handedOut = (process.pid * 30) % PORTS.count

/** A port that is free, with two free ones after it. No two callers in this process get the same. */
export async function freePorts(): Promise<number> {
  for (;;) {
    handedOut = (handedOut + 3) % PORTS.count
    const port = PORTS.first + handedOut
    const free = await Promise.all([port, port + 1, port + 2].map(isFree))
    if (free.every(Boolean)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
