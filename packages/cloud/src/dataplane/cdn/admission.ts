import type { Distribution } from '@terrace/model'
import type { Client, Exchange } from '../http1/exchange.ts'
import { getHeader, getHeaders, type HeaderList } from '../http1/headers.ts'
import { rootedPath, selectBehavior } from './behavior.ts'
import { CAUSES } from './error-page.ts'
import { MAX_CHAINED_DISTRIBUTIONS, MAX_HEAD_BYTES, MAX_URL_BYTES } from './limits.ts'
import { originFor } from './origin-choice.ts'
import { parseTarget, type ViewerRequest } from './viewer-request.ts'

/** What becomes of a request at the door. */
export type Admission =
  | { readonly kind: 'admitted'; readonly request: ViewerRequest }
  | { readonly kind: 'refused'; readonly status: number; readonly cause: string }
  | { readonly kind: 'redirected'; readonly status: number; readonly location: string }

/**
 * Checks a request against the limits and its behavior: protocol, method, body.
 *
 * @param id  the request's `X-Amz-Cf-Id`
 * @see CloudFront Developer Guide, "Cache behavior settings" (viewer protocol policy, allowed methods), "Quotas" (413),
 * "GET requests that include a body" (403)
 */
export function admit(distribution: Distribution, exchange: Exchange, id: string): Admission {
  const { method, target, headers, minorVersion } = exchange.request
  const host = getHeader(headers, 'host') ?? ''
  if (target.length + host.length > MAX_URL_BYTES || headSize(target, headers) > MAX_HEAD_BYTES) {
    return refused(413, CAUSES.tooLarge)
  }
  const parsed = parseTarget(target)
  if (host === '' || parsed === undefined) return refused(400, CAUSES.badRequest)
  if (!distribution.enabled || isLoop(headers)) return refused(403, CAUSES.badRequest)

  const path = rootedPath(parsed.path, distribution.defaultRootObject)
  const behavior = selectBehavior(distribution.behaviors, path)
  const choice = behavior && originFor(distribution, behavior)
  if (behavior === undefined || choice === undefined) return refused(502, CAUSES.unresolved)

  const reading = method === 'GET' || method === 'HEAD'
  if (!exchange.client.secure && behavior.viewerProtocol !== 'allow-all') {
    // HTTP/1.0 knows no redirect that keeps the method.
    const redirects = behavior.viewerProtocol === 'redirect-to-https' && (reading || minorVersion > 0)
    if (!redirects) return refused(403, CAUSES.badRequest)
    return { kind: 'redirected', status: reading ? 301 : 307, location: secureUrl(host, target) }
  }
  if (!behavior.allowedMethods.includes(method)) return refused(403, CAUSES.method)
  if (reading && exchange.bodyLength !== 0) return refused(403, CAUSES.badRequest)
  const { query } = parsed
  const client: Client = exchange.client
  return {
    kind: 'admitted',
    request: { id, method, path, query, host, headers, minorVersion, client, behavior, ...choice },
  }
}

const refused = (status: number, cause: string): Admission => ({ kind: 'refused', status, cause })

// CloudFront is reached at the standard ports alone: the one for HTTPS is whatever stands for it.
const secureUrl = (host: string, target: string): string =>
  `https://${host.replace(/:\d+$/, '')}${target.replace(/^https?:\/\/[^/?]+/i, '')}`

function headSize(target: string, headers: HeaderList): number {
  let bytes = target.length
  for (const text of headers) bytes += text.length + 2
  return bytes
}

function isLoop(headers: HeaderList): boolean {
  const passed =
    getHeaders(headers, 'via')
      .join(',')
      .match(/\(CloudFront\)/g) ?? []
  return passed.length >= MAX_CHAINED_DISTRIBUTIONS
}
