import type { Behavior, DistributionOrigin } from '@terrace/model'
import type { Client } from '../http1/exchange.ts'
import { getHeader, type HeaderList } from '../http1/headers.ts'
import type { Failover } from './origin-choice.ts'

/** What a viewer asks for, taken apart once. */
export interface ViewerRequest {
  /** `X-Amz-Cf-Id`. */
  readonly id: string
  readonly method: string
  /** As written, with leading slash; the default root object stands for `/`. */
  readonly path: string
  /** As written, without `?`; empty when there is none. */
  readonly query: string
  /** The Host header field. */
  readonly host: string
  readonly headers: HeaderList
  readonly minorVersion: number
  readonly client: Client
  readonly behavior: Behavior
  readonly origin: DistributionOrigin
  /** Who is asked when the origin fails. */
  readonly failover?: Failover | undefined
}

/** A request target in its parts: `/path?query`, or the same behind `http://host`. */
export interface Target {
  readonly path: string
  readonly query: string
}

/** @returns nothing when the target is neither a path nor an absolute URL, such as `*` */
export function parseTarget(target: string): Target | undefined {
  const relative = target.startsWith('/') ? target : /^https?:\/\/[^/?]+(.*)$/i.exec(target)?.[1]
  if (relative === undefined) return undefined
  const withoutFragment = relative.split('#', 1)[0] ?? ''
  const mark = withoutFragment.indexOf('?')
  const path = mark < 0 ? withoutFragment : withoutFragment.slice(0, mark)
  return { path: path === '' ? '/' : path, query: mark < 0 ? '' : withoutFragment.slice(mark + 1) }
}

/**
 * The header fields that CloudFront itself adds when a policy names them.
 *
 * @param name  in lower case
 * @returns nothing for those it doesn't know. `differs:` no geography: no country, city, latitude, time zone or ASN
 * @see CloudFront Developer Guide, "Add CloudFront request headers"
 */
export function cloudFrontHeader(request: ViewerRequest, name: string): string | undefined {
  const { client } = request
  switch (name) {
    case 'cloudfront-forwarded-proto':
      return client.secure ? 'https' : 'http'
    case 'cloudfront-viewer-address':
      return `${client.address}:${client.port}`
    case 'cloudfront-viewer-http-version':
      return `1.${request.minorVersion}`
    case 'cloudfront-viewer-tls':
      return client.tls ? `${client.tls.version}:${client.tls.cipher}:fullHandshake` : undefined
    default:
      return deviceHeader(name, getHeader(request.headers, 'user-agent') ?? '')
  }
}

function deviceHeader(name: string, userAgent: string): string | undefined {
  const tablet = /iPad|Tablet|Android(?!.*Mobile)/.test(userAgent)
  const mobile = /Mobi|iPhone|Android/.test(userAgent)
  const television = /SmartTV|Smart-TV|AppleTV|GoogleTV|HbbTV/.test(userAgent)
  const answers: Record<string, boolean> = {
    'cloudfront-is-tablet-viewer': tablet,
    'cloudfront-is-mobile-viewer': mobile,
    'cloudfront-is-smarttv-viewer': television,
    'cloudfront-is-desktop-viewer': !tablet && !mobile && !television,
    'cloudfront-is-ios-viewer': /iPhone|iPad|iPod/.test(userAgent),
    'cloudfront-is-android-viewer': /Android/.test(userAgent),
  }
  const answer = answers[name]
  return answer === undefined ? undefined : String(answer)
}
