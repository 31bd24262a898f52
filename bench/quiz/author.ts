import { randomUUID } from 'node:crypto'
import { request } from 'node:http'

/** Somebody who makes quizzes. */
export class Author {
  readonly #site: URL
  #headers: Readonly<Record<string, string>>

  private constructor(site: string) {
    this.#site = new URL(site)
    this.#headers = { Origin: site }
  }

  /** Makes an account and logs in. */
  static async signUp(site: string): Promise<Author> {
    const author = new Author(site)
    const account = { username: `author-${randomUUID().slice(0, 8)}`, password: 'a long enough password' }
    await author.post('/api/accounts', account)
    const { csrfToken } = await author.post<{ csrfToken: string }>('/api/sessions', account)
    author.#headers = { ...author.#headers, 'X-CSRF-Token': csrfToken }
    return author
  }

  get = <T>(path: string): Promise<T> => this.#send('GET', path)

  post = <T>(path: string, body: object = {}): Promise<T> =>
    this.#send('POST', path, JSON.stringify(body), 'application/json')

  /** Uploads a JPEG whose background is to be removed. @returns its id */
  async upload(file: Uint8Array): Promise<string> {
    return (await this.#send<{ id: string }>('POST', '/api/pictures?cutout=true', file, 'image/jpeg')).id
  }

  /** @throws when it is not acknowledged */
  async #send<T>(method: string, path: string, body?: string | Uint8Array, type = ''): Promise<T> {
    const { host, port } = this.#site
    const headers = { ...this.#headers, Host: host, ...(body !== undefined && { 'Content-Type': type }) }
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, method, path, agent: false, headers })
      sent.on('error', reject)
      sent.on('response', async answer => {
        let text = ''
        for await (const chunk of answer) text += chunk
        const [cookie] = answer.headers['set-cookie'] ?? []
        if (cookie !== undefined) this.#headers = { ...this.#headers, Cookie: cookie.split(';', 1).join('') }
        if ((answer.statusCode ?? 0) < 300) resolve(JSON.parse(text))
        else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 300)}`))
      })
      sent.end(body)
    })
  }
}
