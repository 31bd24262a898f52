import type { HeaderList } from '../http1/headers.ts'
import { endToEnd, getHeader, getHeaders, setHeader } from '../http1/headers.ts'
import { normalizedAcceptEncoding } from './accept-encoding.ts'
import {
  pickCookies,
  pickQueryStrings,
  selectsAny,
  selectsCookie,
  selectsHeader,
  selectsQueryString,
} from './selection.ts'
import { cloudFrontHeader, type ViewerRequest } from './viewer-request.ts'

/** What goes to the origin besides what the viewer sent. */
export interface OriginHeaderOptions {
  /** Host, unless a policy passes on the viewer's. */
  readonly host: string
  /** This edge's name in Via. */
  readonly edge: string
  /** Whether the viewer's own conditions and ranges are passed on: for what is not kept. */
  readonly viewerConditions: boolean
  /** Conditions that confirm a kept answer. */
  readonly validators?: { readonly etag: string | undefined; readonly lastModified: string | undefined }
  /** Whether the request has a body. */
  readonly hasBody: boolean
}

// Handled one by one below, or never passed on.
const SPECIAL = new Set(
  (
    'host user-agent accept-encoding authorization cookie x-forwarded-for via x-amz-cf-id expect content-length ' +
    'x-forwarded-proto x-real-ip proxy-authorization proxy-authenticate'
  ).split(' '),
)
const CONDITIONS = new Set([
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
  'range',
])
const OF_THE_BODY = new Set(['content-type', 'content-md5', 'content-encoding', 'content-language'])

/**
 * The header fields of a request to the origin, without those that frame a body.
 *
 * @see CloudFront Developer Guide, "HTTP request headers and CloudFront behavior (custom and Amazon S3 origins)"
 */
export function originHeaders(request: ViewerRequest, options: OriginHeaderOptions): HeaderList {
  const viewer = endToEnd(request.headers)
  const headers: HeaderList = ['Host', passes(request, 'host') ? request.host : options.host]
  for (let index = 0; index < viewer.length; index += 2) {
    const name = viewer[index] ?? ''
    const lower = name.toLowerCase()
    if (isForwarded(request, lower, options)) headers.push(name, viewer[index + 1] ?? '')
  }
  const userAgent = passes(request, 'user-agent') ? getHeader(viewer, 'user-agent') : undefined
  headers.push('User-Agent', userAgent ?? 'Amazon CloudFront')
  pushAcceptEncoding(request, headers)
  pushAuthorization(request, headers)
  const cookie = originCookies(request)
  if (cookie !== '') headers.push('Cookie', cookie)
  pushCloudFrontHeaders(request, headers)
  if (options.validators?.etag !== undefined) headers.push('If-None-Match', options.validators.etag)
  if (options.validators?.lastModified !== undefined) {
    headers.push('If-Modified-Since', options.validators.lastModified)
  }
  headers.push('X-Forwarded-For', [...getHeaders(viewer, 'x-forwarded-for'), request.client.address].join(','))
  const via = `1.${request.minorVersion} ${options.edge} (CloudFront)`
  headers.push('Via', [...getHeaders(viewer, 'via'), via].join(', '), 'X-Amz-Cf-Id', request.id)
  return withOriginsOwn(headers, request.origin.headers)
}

/** Path and query string that the origin is asked for: what the key or the origin request policy names. */
export function originTarget(request: ViewerRequest): string {
  const { cache, originRequest } = request.behavior
  const all = cache.queryStrings.kind === 'all' || originRequest?.queryStrings.kind === 'all'
  const query = all
    ? request.query
    : pickQueryStrings(
        request.query,
        name => selectsQueryString(cache.queryStrings, name) || selectsQueryString(originRequest?.queryStrings, name),
      )
  return `${request.origin.path}${request.path}${query === '' ? '' : `?${query}`}`
}

/** Whether any cookie reaches the origin; if none does, its Set-Cookie doesn't reach the viewer either. */
export const forwardsCookies = ({ behavior }: ViewerRequest): boolean =>
  selectsAny(behavior.cache.cookies) || selectsAny(behavior.originRequest?.cookies)

/** Whether the viewer's Host goes to the origin, in place of the origin's own name. */
export const forwardsHost = (request: ViewerRequest): boolean => passes(request, 'host')

function passes({ behavior }: ViewerRequest, lowerCaseName: string): boolean {
  return (
    selectsHeader(behavior.cache.headers, lowerCaseName) ||
    selectsHeader(behavior.originRequest?.headers, lowerCaseName)
  )
}

function isForwarded(request: ViewerRequest, lower: string, options: OriginHeaderOptions): boolean {
  if (SPECIAL.has(lower) || lower.startsWith('x-edge-') || lower.startsWith('cloudfront-')) return false
  if (CONDITIONS.has(lower)) return options.viewerConditions
  if (OF_THE_BODY.has(lower) && options.hasBody) return true
  return passes(request, lower)
}

function pushAcceptEncoding(request: ViewerRequest, headers: HeaderList): void {
  const { gzip, brotli } = request.behavior.cache
  const asSent = passes(request, 'accept-encoding') ? getHeader(request.headers, 'accept-encoding') : undefined
  const value = gzip || brotli ? normalizedAcceptEncoding(request) : asSent
  if (value !== undefined && value !== '') headers.push('Accept-Encoding', value)
}

// GET, HEAD and a cached OPTIONS lose it unless a policy names it; the methods that change something keep it. Where the
// edge signs for the bucket, its own signature stands in its place, unless the viewer's is said to win.
function pushAuthorization(request: ViewerRequest, headers: HeaderList): void {
  const value = getHeader(request.headers, 'authorization')
  const { method, behavior, origin } = request
  const { target } = origin
  const signed = target.kind === 's3' && target.accessControl !== 'none' && target.keepsAuthorization !== true
  if (value === undefined || signed) return
  if (behavior.cachedMethods.includes(method) && !passes(request, 'authorization')) return
  headers.push('Authorization', value)
}

function originCookies(request: ViewerRequest): string {
  const { cache, originRequest } = request.behavior
  return pickCookies(
    getHeaders(request.headers, 'cookie'),
    name => selectsCookie(cache.cookies, name) || selectsCookie(originRequest?.cookies, name),
  )
}

// A selection of all viewer's fields may name the fields that CloudFront adds to them.
function pushCloudFrontHeaders(request: ViewerRequest, headers: HeaderList): void {
  const { cache, originRequest } = request.behavior
  for (const selection of [cache.headers, originRequest?.headers]) {
    if (selection === undefined || selection.kind === 'allExcept' || selection.kind === 'none') continue
    for (const name of selection.names) {
      const value = cloudFrontHeader(request, name.toLowerCase())
      if (value !== undefined && getHeader(headers, name) === undefined) headers.push(name, value)
    }
  }
}

function withOriginsOwn(headers: HeaderList, own: Readonly<Record<string, string>>): HeaderList {
  for (const [name, value] of Object.entries(own)) {
    setHeader(headers, name, value)
  }
  return headers
}
