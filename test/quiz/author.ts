import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { type Answer, call } from '../http.ts'

const PASSWORD = 'a long enough password'

/** A picture as the site tells about it. */
export interface Picture {
  readonly id: string
  readonly state: 'stored' | 'queued' | 'working' | 'ready' | 'failed'
  readonly url: string
  readonly cutoutUrl: string | null
  /** It waits because the removal tier is busy. */
  readonly busy: boolean
  readonly reason: string | null
}

interface Session {
  readonly Cookie: string
  readonly 'X-CSRF-Token': string
}

/** Somebody with an account and a session, as a browser keeps it. */
export class Author {
  readonly #site: string
  readonly #session: Session
  readonly #headers: Readonly<Record<string, string>>

  private constructor(site: string, session: Session) {
    this.#site = site
    this.#session = session
    this.#headers = { ...session, Origin: site }
  }

  /** With the same session at another address. */
  at = (site: string): Author => new Author(site, this.#session)

  /** Makes an account and logs in. */
  static async signUp(site: string): Promise<Author> {
    const account = { username: `author-${randomUUID().slice(0, 8)}`, password: PASSWORD }
    const send = (path: string) =>
      call(`${site}${path}`, { method: 'POST', body: account, headers: { Origin: site } }).then(expected(201))
    await send('/api/accounts')
    const answer = await send('/api/sessions')
    const [cookie = ''] = [answer.headers['set-cookie'] ?? []].flat()
    return new Author(site, { Cookie: cookie.split(';')[0] ?? '', 'X-CSRF-Token': JSON.parse(answer.body).csrfToken })
  }

  get = async <T>(path: string): Promise<T> => JSON.parse(await this.text(path))

  async text(path: string): Promise<string> {
    return (await call(`${this.#site}${path}`, { headers: this.#headers }).then(expected(200))).body
  }

  async post<T>(path: string, body: object = {}, status = 201): Promise<T> {
    const answer = await call(`${this.#site}${path}`, { method: 'POST', body, headers: this.#headers })
    return JSON.parse(expected(status)(answer).body)
  }

  /** Uploads a JPEG whose background is to be removed. @param more  headers */
  async upload(file: Buffer, more: Readonly<Record<string, string>> = {}): Promise<Picture> {
    const { hostname, host, port, protocol } = new URL(this.#site)
    if (protocol !== 'http:') throw new Error(`the site is to be asked by HTTP, not at ${this.#site}`)
    const body = await new Promise<string>((resolve, reject) => {
      const sent = request({
        host: hostname.endsWith('localhost') ? '127.0.0.1' : hostname,
        port,
        method: 'POST',
        path: '/api/pictures?cutout=true',
        agent: false,
        headers: { ...this.#headers, ...more, Host: host, 'Content-Type': 'image/jpeg' },
      })
      sent.on('error', reject)
      sent.on('response', async response => {
        let text = ''
        for await (const chunk of response) text += chunk
        if (response.statusCode === 202) resolve(text)
        else reject(new Error(`expected 202, got ${response.statusCode}: ${text.slice(0, 500)}`))
      })
      sent.end(file)
    })
    return JSON.parse(body)
  }
}

const expected =
  (status: number) =>
  (answer: Answer): Answer => {
    if (answer.status === status) return answer
    throw new Error(`expected ${status}, got ${answer.status}: ${answer.body.slice(0, 500)}`)
  }
