import type { FastifySchema, RouteOptions } from 'fastify'

/** One route as it was added. */
export interface RouteEntry {
  readonly method: string
  /** `/books/:id` */
  readonly url: string
  readonly schema: FastifySchema
}

/** Remembers the routes of an application: for `405`, and for its description. */
export class RoutesTable {
  readonly #entries: RouteEntry[] = []

  readonly add = (route: RouteOptions): void => {
    // The route of all paths, which answers what CORS asks beforehand, is none that a client can be told of.
    if (route.url === '*') return
    for (const method of [route.method].flat())
      this.#entries.push({ method, url: route.url, schema: route.schema ?? {} })
  }

  get entries(): readonly RouteEntry[] {
    return this.#entries
  }

  /** The methods that a path has, sorted; none when nothing is there. */
  methodsAt(path: string): readonly string[] {
    const matching = this.#entries.filter(({ url }) => pattern(url).test(path)).map(({ method }) => method)
    return [...new Set(matching)].sort()
  }
}

const pattern = (url: string): RegExp => {
  const path = url.replace(/\/$/, '').replace(/:[^/]+/g, '[^/]+')
  return new RegExp(`^${path}/?$`)
}
