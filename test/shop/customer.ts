import { randomUUID } from 'node:crypto'
import { type Answer, type CallOptions, call } from '../http.ts'

/** An order as the store answers it. */
export interface Order {
  readonly id: string
  readonly state: 'accepted' | 'confirmed'
  readonly totalCents: number
  readonly items: readonly { readonly productId: number; readonly quantity: number }[]
}

const PASSWORD = 'a long enough password'

/** Somebody with an account and a session, as a browser keeps it. */
export class Customer {
  readonly email: string
  readonly #site: string
  readonly #cookie: string
  readonly #csrfToken: string

  private constructor(site: string, email: string, cookie: string, csrfToken: string) {
    this.#site = site
    this.email = email
    this.#cookie = cookie
    this.#csrfToken = csrfToken
  }

  /** Makes an account and logs in. */
  static async signUp(site: string, email = `${randomUUID()}@example.com`): Promise<Customer> {
    const body = { email, password: PASSWORD, name: 'Person One' }
    await expected(201, post(site, '/api/accounts', body))
    return Customer.logIn(site, email, PASSWORD)
  }

  static async logIn(site: string, email: string, password: string): Promise<Customer> {
    const answer = await expected(201, post(site, '/api/sessions', { email, password }))
    const [cookie = ''] = [answer.headers['set-cookie'] ?? []].flat()
    return new Customer(site, email, cookie.split(';')[0] ?? '', JSON.parse(answer.body).csrfToken)
  }

  call(path: string, options: CallOptions = {}): Promise<Answer> {
    const headers = { Cookie: this.#cookie, 'X-CSRF-Token': this.#csrfToken, Origin: this.#site, ...options.headers }
    return call(`${this.#site}${path}`, { ...options, headers })
  }

  async get<T>(path: string): Promise<T> {
    return JSON.parse((await expected(200, this.call(path))).body)
  }

  /** Orders once; with the same key it may be said again. @param more  headers, such as `traceparent` */
  order(items: Order['items'], key: string = randomUUID(), more: CallOptions['headers'] = {}): Promise<Answer> {
    return this.call('/api/orders', { method: 'POST', body: { items }, headers: { 'Idempotency-Key': key, ...more } })
  }

  /** All orders of the customer. */
  async orders(): Promise<readonly Order[]> {
    const all: Order[] = []
    for (;;) {
      const page = await this.get<Order[]>(`/api/orders?limit=200&offset=${all.length}`)
      all.push(...page)
      if (page.length < 200) return all
    }
  }
}

const post = (site: string, path: string, body: object): Promise<Answer> =>
  call(`${site}${path}`, { method: 'POST', body, headers: { Origin: site } })

async function expected(status: number, answering: Promise<Answer>): Promise<Answer> {
  const answer = await answering
  if (answer.status === status) return answer
  throw new Error(`expected ${status}, got ${answer.status}: ${answer.body.slice(0, 500)}`)
}
