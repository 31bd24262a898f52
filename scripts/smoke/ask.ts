import { request as plainly } from 'node:http'
import { request as securely } from 'node:https'
import { type Duration, seconds } from '@terrace/kit'

/** What came back. */
export interface Answer {
  /** 0 when there was none. */
  readonly status: number
  /** Its content type, or nothing. */
  readonly type: string
  readonly body: string
  /** Why there was none. */
  readonly problem?: string
}

/** One request by its path. Never throws. */
export type Ask = (path: string) => Promise<Answer>

const PATIENCE: Duration = seconds(10)

/**
 * Asks one origin, each time on a new connection, so that balancers choose anew. Names under `localhost` are led to this
 * machine, as browsers do, and their certificates, which the local cloud has made for itself, are taken as they are.
 */
export const askerOf =
  (url: string): Ask =>
  path =>
    new Promise(resolve => {
      const { protocol, hostname, host, port, pathname, search } = new URL(path, url)
      const isHere = hostname === 'localhost' || hostname.endsWith('.localhost')
      const send = protocol === 'https:' ? securely : plainly
      const failed = (error: Error) => resolve({ status: 0, type: '', body: '', problem: error.message || error.name })
      const sent = send(
        {
          host: isHere ? '127.0.0.1' : hostname,
          ...(port !== '' && { port }),
          servername: hostname,
          rejectUnauthorized: !isHere,
          path: pathname + search,
          agent: false,
          timeout: PATIENCE,
          headers: { Host: host, 'User-Agent': 'terrace-smoke', Accept: 'text/html,application/json' },
        },
        response => {
          const chunks: Buffer[] = []
          response.on('data', chunk => chunks.push(chunk))
          response.on('error', failed)
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              type: response.headers['content-type'] ?? '',
              body: Buffer.concat(chunks).toString(),
            }),
          )
        },
      )
      sent.on('timeout', () => sent.destroy(new Error('no answer in 10 s')))
      sent.on('error', failed)
      sent.end()
    })
