import type { FastifyRequest } from 'fastify'
import { Problem } from '../http/problem.ts'

/**
 * How a route is protected against requests that other sites make a browser send. `token`: besides the origin, a token
 * of the session, in `X-CSRF-Token` or in the form's field `_csrf`. `origin`: where the page comes from is enough, for
 * what needs no session yet, or takes JSON alone, which no form can send.
 */
export type CsrfRule = 'token' | 'origin'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** From our own page, or by the user's own hand (an address typed, a bookmark). Not from a sister under our domain. */
const OWN_SITES = new Set(['same-origin', 'none'])

/**
 * Refuses what another site had a browser send.
 *
 * @param origins  where pages of ours may come from, besides the host that was asked, `https://shop.example.com`
 * @throws Problem 403
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function checkCsrf(request: FastifyRequest, rule: CsrfRule, origins: readonly string[]): void {
  if (SAFE_METHODS.has(request.method)) return
  const site = request.headers['sec-fetch-site']
  if (typeof site === 'string' && !OWN_SITES.has(site)) throw otherSite()
  const { origin } = request.headers
  if (origin !== undefined && !isOwnOrigin(origin, request.headers.host, origins)) throw otherSite()
  if (rule === 'origin') return
  const token = tokenOf(request)
  if (token === undefined)
    throw new Problem(403, 'The CSRF token is missing: send it in X-CSRF-Token, or in the form field _csrf')
  if (!request.session.acceptsCsrfToken(token))
    throw new Problem(403, 'The CSRF token does not belong to this session; load the page again')
}

const otherSite = (): Problem => new Problem(403, 'The request comes from another site')

function tokenOf(request: FastifyRequest): string | undefined {
  const header = request.headers['x-csrf-token']
  if (typeof header === 'string') return header
  const { body } = request
  if (typeof body !== 'object' || body === null || !('_csrf' in body)) return undefined
  return typeof body._csrf === 'string' ? body._csrf : undefined
}

// A proxy may pass the host on without its port. Cookies don't tell ports apart either.
function isOwnOrigin(origin: string, host: string | undefined, origins: readonly string[]): boolean {
  if (origins.includes(origin)) return true
  const url = URL.parse(origin)
  return host !== undefined && (url?.host === host || url?.hostname === host)
}
