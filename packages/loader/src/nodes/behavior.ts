import { seconds } from '@terrace/kit'
import {
  type Behavior,
  type CachePolicy,
  MANAGED_CACHE_POLICIES,
  MANAGED_ORIGIN_REQUEST_POLICIES,
  MANAGED_RESPONSE_HEADERS_POLICIES,
  type OriginRequestPolicy,
  type ResponseHeadersPolicy,
  type Selection,
} from '@terrace/model'
import type { BuildContext } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

const NONE: Selection = { kind: 'none', names: [] }
const METHODS = ['GET', 'HEAD']

/** One cache behaviour. @see "Cache behavior settings" in the CloudFront Developer Guide */
export function behaviorOf(context: BuildContext, behavior: PropertyReader, pattern: string): Behavior {
  behavior.withoutEffect({ SmoothStreaming: 'it concerns files of Microsoft Smooth Streaming alone' })
  const originRequest = originRequestPolicyOf(context, behavior)
  const responseHeaders = responseHeadersPolicyOf(context, behavior)
  return {
    pattern,
    origin: behavior.requiredText('TargetOriginId'),
    viewerProtocol:
      behavior.oneOf('ViewerProtocolPolicy', ['allow-all', 'redirect-to-https', 'https-only']) ?? 'allow-all',
    allowedMethods: behavior.has('AllowedMethods') ? behavior.texts('AllowedMethods') : METHODS,
    cachedMethods: behavior.has('CachedMethods') ? behavior.texts('CachedMethods') : METHODS,
    compress: behavior.boolean('Compress') ?? false,
    cache: cachePolicyOf(context, behavior),
    ...(originRequest ? { originRequest } : {}),
    ...(responseHeaders ? { responseHeaders } : {}),
  }
}

function cachePolicyOf(context: BuildContext, behavior: PropertyReader): CachePolicy {
  const key = 'CachePolicyId'
  const id = behavior.text(key)
  if (id === undefined) return legacyPolicy(behavior)
  const known = MANAGED_CACHE_POLICIES[id] ?? context.part(id, 'cachePolicy')?.policy
  if (known) return known
  const message = `the cache policy ${id} is neither in these stacks nor a managed one; nothing is cached`
  context.gap('value', behavior.pathOf(key), behavior.placeOf(key).line, message)
  return {
    id,
    name: id,
    minTtl: 0,
    defaultTtl: 0,
    maxTtl: 0,
    headers: NONE,
    cookies: NONE,
    queryStrings: NONE,
    gzip: false,
    brotli: false,
  }
}

/** What came before cache policies: `ForwardedValues` and times to live at the behaviour itself. */
function legacyPolicy(behavior: PropertyReader): CachePolicy {
  const forwarded = behavior.object('ForwardedValues')
  const cookies = forwarded?.object('Cookies')
  const forward = cookies?.oneOf('Forward', ['none', 'all', 'whitelist']) ?? 'none'
  const headers = forwarded?.texts('Headers') ?? []
  const queryKeys = forwarded?.texts('QueryStringCacheKeys') ?? []
  const withQuery = forwarded?.boolean('QueryString') ?? false
  const gzip = behavior.boolean('Compress') ?? false
  return {
    name: 'ForwardedValues',
    minTtl: seconds(behavior.number('MinTTL') ?? 0),
    defaultTtl: seconds(behavior.number('DefaultTTL') ?? 86_400),
    maxTtl: seconds(behavior.number('MaxTTL') ?? 31_536_000),
    headers: headers.includes('*') ? { kind: 'all', names: [] } : named(headers),
    cookies: forward === 'whitelist' ? named(cookies?.texts('WhitelistedNames') ?? []) : { kind: forward, names: [] },
    queryStrings: !withQuery ? NONE : queryKeys.length > 0 ? named(queryKeys) : { kind: 'all', names: [] },
    gzip,
    brotli: false,
  }
}

const named = (names: readonly string[]): Selection => (names.length > 0 ? { kind: 'whitelist', names } : NONE)

function originRequestPolicyOf(context: BuildContext, behavior: PropertyReader): OriginRequestPolicy | undefined {
  const key = 'OriginRequestPolicyId'
  const id = behavior.text(key)
  if (id === undefined) return undefined
  const known = MANAGED_ORIGIN_REQUEST_POLICIES[id] ?? context.part(id, 'originRequestPolicy')?.policy
  if (!known) {
    const message = `the origin request policy ${id} is neither in these stacks nor a known managed one; nothing is added to requests`
    context.gap('value', behavior.pathOf(key), behavior.placeOf(key).line, message)
  }
  return known
}

function responseHeadersPolicyOf(context: BuildContext, behavior: PropertyReader): ResponseHeadersPolicy | undefined {
  const key = 'ResponseHeadersPolicyId'
  const id = behavior.text(key)
  if (id === undefined) return undefined
  const known = MANAGED_RESPONSE_HEADERS_POLICIES[id] ?? context.part(id, 'responseHeadersPolicy')?.policy
  if (!known) {
    const message = `the response headers policy ${id} is neither in these stacks nor a managed one; no header is added`
    context.gap('value', behavior.pathOf(key), behavior.placeOf(key).line, message)
  }
  return known
}
