/** A page as it came. */
export interface Seen {
  readonly status: number
  readonly headers: Headers
  readonly html: string
  /** Where a redirection leads, else empty. */
  readonly location: string
}

/** Somebody with a browser that keeps cookies and runs no script: follows links and sends forms. */
export class Visitor {
  readonly #url: string
  readonly cookies = new Map<string, string>()

  constructor(url: string) {
    this.#url = url
  }

  async get(path: string): Promise<Seen> {
    return this.send(path, { headers: { accept: 'text/html' } })
  }

  /** Sends fields as a form does, with the token of the page that was looked at last unless they bring their own. */
  async post(path: string, fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) {
    const body = new URLSearchParams({ _csrf: this.#token, ...fields })
    return this.send(path, { method: 'POST', body, headers: { accept: 'text/html', ...headers } })
  }

  /** Follows a redirection, as a browser does after a form. */
  async follow(seen: Seen): Promise<Seen> {
    return this.get(seen.location.split('#')[0] ?? '/')
  }

  async send(path: string, init: RequestInit): Promise<Seen> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(this.#url + path, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, ...(cookie === '' ? {} : { cookie }) },
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    const html = await response.text()
    this.#token = hiddenField(html, '_csrf') ?? this.#token
    return {
      status: response.status,
      headers: response.headers,
      html,
      location: response.headers.get('location') ?? '',
    }
  }

  #token = ''
}

/** The value of a hidden field. */
export const hiddenField = (html: string, name: string): string | undefined =>
  new RegExp(`type="hidden" name="${name}" value="([^"]*)"`).exec(html)?.[1]

/** The titles in a list, from the top. */
export const titlesIn = (html: string): readonly string[] =>
  Array.from(html.matchAll(/<h2><a href="\/notes\/\d+">([^<]*)<\/a><\/h2>/g), ([, title = '']) => title)
