import type { CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy, Selection } from '@terrace/model'
import { quantified } from './list.ts'

/** As `CachePolicyConfig`. @see CloudFront API Reference */
export const cacheConfigOf = (policy: CachePolicy) => ({
  Name: policy.name,
  MinTTL: policy.minTtl / 1000,
  DefaultTTL: policy.defaultTtl / 1000,
  MaxTTL: policy.maxTtl / 1000,
  ParametersInCacheKeyAndForwardedToOrigin: {
    EnableAcceptEncodingGzip: policy.gzip,
    EnableAcceptEncodingBrotli: policy.brotli,
    HeadersConfig: selected('Header', 'Headers', policy.headers),
    CookiesConfig: selected('Cookie', 'Cookies', policy.cookies),
    QueryStringsConfig: selected('QueryString', 'QueryStrings', policy.queryStrings),
  },
})

/** As `OriginRequestPolicyConfig`. */
export const originRequestConfigOf = (policy: OriginRequestPolicy) => ({
  Name: policy.name,
  HeadersConfig: selected('Header', 'Headers', allViewer(policy.headers)),
  CookiesConfig: selected('Cookie', 'Cookies', policy.cookies),
  QueryStringsConfig: selected('QueryString', 'QueryStrings', policy.queryStrings),
})

/**
 * As `ResponseHeadersPolicyConfig`. `differs:` security headers stand among the custom ones, as they are written to
 * viewers; their own members are left out
 */
export const responseHeadersConfigOf = ({ name, set, remove, cors, serverTiming }: ResponseHeadersPolicy) => ({
  Name: name,
  CorsConfig: cors && {
    AccessControlAllowOrigins: quantified('Origin', cors.allowOrigins),
    AccessControlAllowHeaders: quantified('Header', cors.allowHeaders),
    AccessControlAllowMethods: quantified('Method', cors.allowMethods),
    AccessControlAllowCredentials: cors.allowCredentials,
    AccessControlExposeHeaders: quantified('Header', cors.exposeHeaders),
    AccessControlMaxAgeSec: cors.maxAge === undefined ? undefined : cors.maxAge / 1000,
    OriginOverride: cors.originOverride,
  },
  ServerTimingHeadersConfig: serverTiming === undefined ? undefined : { Enabled: true, SamplingRate: serverTiming },
  CustomHeadersConfig: quantified(
    'ResponseHeadersPolicyCustomHeader',
    set.map(header => ({ Header: header.name, Value: header.value, Override: header.override })),
  ),
  RemoveHeadersConfig: quantified(
    'ResponseHeadersPolicyRemoveHeader',
    remove.map(Header => ({ Header })),
  ),
})

/** What a policy calls all header fields, with those of CloudFront's own that it names. */
const allViewer = ({ kind, names }: Selection): { readonly kind: string; readonly names: readonly string[] } => ({
  kind: kind !== 'all' ? kind : names.length > 0 ? 'allViewerAndWhitelistCloudFront' : 'allViewer',
  names,
})

const selected = (
  item: string,
  list: string,
  { kind, names }: { readonly kind: string; readonly names: readonly string[] },
) => ({
  [`${item}Behavior`]: kind,
  ...(names.length > 0 ? { [list]: quantified('Name', names) } : {}),
})
