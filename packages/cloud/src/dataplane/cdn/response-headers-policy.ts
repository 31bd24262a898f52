import type { ResponseHeadersPolicy } from '@terrace/model'
import { getHeader, type HeaderList, removeHeader, setHeader } from '../http1/headers.ts'
import { matchesGlob } from './path-pattern.ts'

/**
 * Changes an answer's header fields as a response headers policy says: removes, sets (keeping the origin's where
 * `override` is false), and writes the CORS fields for requests that carry Origin.
 *
 * @param method  the request's  @param request  its header fields  @param headers  the answer's, changed in place
 * @see CloudFront Developer Guide, "Understand response headers policies"
 */
export function applyResponseHeadersPolicy(
  policy: ResponseHeadersPolicy,
  method: string,
  request: HeaderList,
  headers: HeaderList,
): void {
  for (const name of policy.remove) removeHeader(headers, name)
  for (const { name, value, override } of policy.set) {
    if (override || getHeader(headers, name) === undefined) setHeader(headers, name, value)
  }
  const origin = getHeader(request, 'origin')
  if (policy.cors && origin !== undefined) applyCors(policy.cors, origin, method, request, headers)
}

type Cors = NonNullable<ResponseHeadersPolicy['cors']>

const FIELDS = ['Allow-Origin', 'Allow-Credentials', 'Allow-Methods', 'Allow-Headers', 'Expose-Headers', 'Max-Age']
const ALL_METHODS = 'GET, HEAD, OPTIONS, PUT, POST, PATCH, DELETE'

function applyCors(cors: Cors, origin: string, method: string, request: HeaderList, headers: HeaderList): void {
  const sentByOrigin = getHeader(headers, 'access-control-allow-origin') !== undefined
  if (sentByOrigin && !cors.originOverride) return
  for (const field of FIELDS) removeHeader(headers, `access-control-${field}`)
  const anyOrigin = cors.allowOrigins.includes('*')
  // Which answer a cache may reuse depends on the Origin also when this one was not allowed.
  if (!anyOrigin) varyByOrigin(headers)
  if (!anyOrigin && !cors.allowOrigins.some(allowed => matchesOrigin(allowed, origin))) return
  setHeader(headers, 'Access-Control-Allow-Origin', anyOrigin ? '*' : origin)
  if (cors.allowCredentials) setHeader(headers, 'Access-Control-Allow-Credentials', 'true')
  if (method === 'OPTIONS' && getHeader(request, 'access-control-request-method') !== undefined) {
    const methods = cors.allowMethods.includes('ALL') ? ALL_METHODS : cors.allowMethods.join(', ')
    if (methods !== '') setHeader(headers, 'Access-Control-Allow-Methods', methods)
    if (cors.allowHeaders.length > 0) setHeader(headers, 'Access-Control-Allow-Headers', cors.allowHeaders.join(', '))
    if (cors.maxAge !== undefined) setHeader(headers, 'Access-Control-Max-Age', String(Math.floor(cors.maxAge / 1000)))
  } else if (cors.exposeHeaders.length > 0) {
    setHeader(headers, 'Access-Control-Expose-Headers', cors.exposeHeaders.join(', '))
  }
}

// `example.com` without a scheme stands for both schemes.
function matchesOrigin(allowed: string, origin: string): boolean {
  const pattern = allowed.includes('://') ? allowed : `*://${allowed}`
  return matchesGlob(pattern, origin)
}

function varyByOrigin(headers: HeaderList): void {
  const vary = getHeader(headers, 'vary')
  if (vary === undefined || vary === '') setHeader(headers, 'Vary', 'Origin')
  else if (!/\*|\borigin\b/i.test(vary)) setHeader(headers, 'Vary', `${vary}, Origin`)
}
