/** An answer with its body read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests compare it with what they expect, whatever it is
  readonly body: any
}

/** Where the items are. */
export const ITEMS = '/api/v1/items'

/** Calls the API. */
export class Client {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  get = (path: string, headers: Record<string, string> = {}) => this.send('GET', path, undefined, headers)
  post = (path: string, body?: unknown, headers: Record<string, string> = {}) => this.send('POST', path, body, headers)
  put = (path: string, body: unknown, headers: Record<string, string> = {}) => this.send('PUT', path, body, headers)
  patch = (path: string, body: unknown, headers: Record<string, string> = {}) => this.send('PATCH', path, body, headers)
  delete = (path: string, headers: Record<string, string> = {}) => this.send('DELETE', path, undefined, headers)

  /** A body that isn't text is sent as JSON. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }

  /** @returns the path of a new item */
  async create(name: string, description = ''): Promise<string> {
    const { status, headers, body } = await this.post(ITEMS, { name, description })
    if (status !== 201) throw new Error(`${name} was not created: ${status} ${JSON.stringify(body)}`)
    return String(headers.get('location'))
  }

  /** The names of a whole list, page by page. */
  async names(query = ''): Promise<readonly string[]> {
    const names: string[] = []
    for (let cursor = ''; ; ) {
      const { status, body } = await this.get(`${ITEMS}?${query}${cursor}`)
      if (status !== 200) throw new Error(`no page: ${status} ${JSON.stringify(body)}`)
      names.push(...body.items.map((item: { readonly name: string }) => item.name))
      if (body.next === null) return names
      cursor = `&cursor=${body.next}`
    }
  }
}
