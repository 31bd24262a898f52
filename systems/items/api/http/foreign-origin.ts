import { type App, Problem } from '@terrace/service/plain'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])
/** A page of ours, or the user's own hand. */
const OWN_SITES = new Set(['same-origin', 'none'])

/**
 * Refuses every change that a page of another site had a browser send, before its body is read. Programs send no
 * `Origin`: they may.
 *
 * @param origins  where pages of ours come from, `https://app.example.com`; those of the host that was asked are ours
 *   anyway (`/docs`)
 */
export function refuseForeignOrigins(app: App, origins: readonly string[]): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (SAFE_METHODS.has(request.method)) return done()
    const { origin, host } = request.headers
    const site = request.headers['sec-fetch-site']
    const own =
      origin === undefined
        ? site === undefined || OWN_SITES.has(String(site))
        : origins.includes(origin) || (host !== undefined && URL.parse(origin)?.host === host)
    done(own ? undefined : new Problem(403, 'The request comes from a page of another site; nothing was changed'))
  })
}
