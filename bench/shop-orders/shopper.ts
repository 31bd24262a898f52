import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'

/** What the shop answered. */
export interface Answer {
  /** 0 when there was no answer. */
  readonly status: number
  readonly body: unknown
}

const PASSWORD = 'four quiet green boats'

/** Somebody with a browser: keeps a connection, a cookie and a CSRF token. */
export class Shopper {
  readonly #url: URL
  readonly #agent: Agent
  #cookie = ''
  #token = ''

  /** @param url  of the store, whose name under `localhost` is led to 127.0.0.1 */
  constructor(url: string, agent = new Agent({ keepAlive: true })) {
    this.#url = new URL(url)
    this.#agent = agent
  }

  /** Signs up and logs in. @throws when the shop refuses */
  async join(email: string): Promise<this> {
    await this.send('POST', '/api/accounts', { email, password: PASSWORD, name: 'Buyer' })
    return this.logIn(email, PASSWORD)
  }

  /** @throws when the shop refuses */
  async logIn(email: string, password: string): Promise<this> {
    const { status, body } = await this.send('POST', '/api/sessions', { email, password })
    if (status !== 201) throw new Error(`${email} could not log in: ${status} ${JSON.stringify(body)}`)
    this.#token = (body as { readonly csrfToken: string }).csrfToken
    return this
  }

  order(items: readonly { readonly productId: number; readonly quantity: number }[], key: string = randomUUID()) {
    return this.send('POST', '/api/orders', { items }, { 'idempotency-key': key })
  }

  send(method: string, path: string, body?: unknown, more: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const { hostname, host, port } = this.#url
    const text = body === undefined ? undefined : JSON.stringify(body)
    return new Promise(resolve => {
      const failed = () => resolve({ status: 0, body: undefined })
      const sent = request(
        {
          host: hostname.endsWith('localhost') ? '127.0.0.1' : hostname,
          port,
          method,
          path,
          agent: this.#agent,
          timeout: 30_000,
          headers: {
            host,
            ...(text === undefined ? {} : { 'content-type': 'application/json' }),
            ...(this.#cookie && { cookie: this.#cookie }),
            ...(this.#token && { 'x-csrf-token': this.#token }),
            ...more,
          },
        },
        response => {
          for (const line of response.headers['set-cookie'] ?? []) this.#cookie = line.split(';', 1).join('')
          const chunks: Buffer[] = []
          response.on('data', chunk => chunks.push(chunk))
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parse(Buffer.concat(chunks)) }))
          response.on('error', failed)
        },
      )
      sent.on('timeout', () => sent.destroy())
      sent.on('error', failed)
      sent.end(text)
    })
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}
