/** An answer with its body read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests compare it with what they expect, whatever it is
  readonly body: any
}

/** A password that is good enough. */
export const PASSWORD = 'four quiet green boats'

/** A browser of one's own: keeps its session's cookie, and sends its CSRF token. */
export class Client {
  readonly #url: string
  cookie = ''
  csrfToken = ''

  constructor(url: string) {
    this.#url = url
  }

  get = (path: string, headers: Record<string, string> = {}) => this.send('GET', path, undefined, headers)
  post = (path: string, body?: unknown, headers: Record<string, string> = {}) => this.send('POST', path, body, headers)
  put = (path: string, body: unknown, headers: Record<string, string> = {}) => this.send('PUT', path, body, headers)
  delete = (path: string) => this.send('DELETE', path)

  /** Text and bytes are sent as they are, anything else as JSON. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.cookie ? { cookie: this.cookie } : {}),
        ...(this.csrfToken ? { 'x-csrf-token': this.csrfToken } : {}),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: isRaw ? (body as NonNullable<RequestInit['body']>) : JSON.stringify(body) }),
    })
    const text = await response.text()
    for (const line of response.headers.getSetCookie()) this.cookie = line.split(';', 1).join('')
    const isJson = response.headers.get('content-type')?.includes('json') === true
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }

  /** Logs in and remembers the token. */
  async logIn(username: string, password = PASSWORD, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await this.post('/api/sessions', { username, password }, headers)
    if (answer.status === 201) this.csrfToken = answer.body.csrfToken
    return answer
  }

  /** Signs up and logs in. */
  async join(username: string, password = PASSWORD): Promise<this> {
    const signedUp = await this.post('/api/accounts', { username, password })
    const loggedIn = await this.logIn(username, password)
    if (signedUp.status !== 201 || loggedIn.status !== 201)
      throw new Error(`${username} could not join: ${JSON.stringify([signedUp.body, loggedIn.body])}`)
    return this
  }

  /** Uploads a picture. */
  upload = (file: Uint8Array, query = '', headers: Record<string, string> = {}) =>
    this.post(`/api/pictures${query}`, file, { 'content-type': 'image/jpeg', ...headers })
}
