import type { Duration } from '@terrace/kit'
import type { BaseNode, NodeId } from './node.ts'

export interface HostedZone extends BaseNode<'hostedZone'> {
  /** Without the final dot. */
  readonly name: string
  /** The VPCs of a private zone; a public zone has none. */
  readonly vpcs: readonly NodeId[]
  readonly nameServers: readonly string[]
}

export interface RecordSet extends BaseNode<'recordSet'> {
  readonly zone: NodeId
  /** Without the final dot. */
  readonly name: string
  readonly type: string
  readonly target:
    | { readonly kind: 'values'; readonly values: readonly string[]; readonly ttl: Duration }
    /** The name that the alias points to, in lower case, without `dualstack.` and without the final dot. */
    | { readonly kind: 'alias'; readonly dnsName: string; readonly evaluateTargetHealth: boolean }
  /** Multivalue answer routing: one of several records of the name, each of them answered while it is healthy. */
  readonly multivalue?: { readonly healthCheck?: RecordHealthCheck }
}

/** A health check of Route 53, asked from outside. */
export interface RecordHealthCheck {
  /** As `Ref` gives it. */
  readonly id: string
  readonly type: 'HTTP' | 'HTTPS' | 'TCP'
  readonly address: string
  readonly port: number
  /** With leading slash. */
  readonly path: string
  /** 10 or 30 seconds. */
  readonly interval: Duration
  /** How many failures, or successes, in a row change its mind. */
  readonly failureThreshold: number
}

export interface Certificate extends BaseNode<'certificate'> {
  readonly arn: string
  readonly domainName: string
  /** The domain name and the alternative names. */
  readonly names: readonly string[]
  readonly validation: 'DNS' | 'EMAIL'
}

export interface Distribution extends BaseNode<'distribution'> {
  readonly arn: string
  readonly domainName: string
  readonly aliases: readonly string[]
  readonly certificate?: string
  readonly enabled: boolean
  readonly ipv6: boolean
  /** Without leading slash; empty when there is none. */
  readonly defaultRootObject: string
  readonly origins: readonly DistributionOrigin[]
  /** A behavior may name one of them instead of an origin. */
  readonly originGroups?: readonly OriginGroup[]
  /** In the order of evaluation; the last one is the default, with the pattern `*`. */
  readonly behaviors: readonly Behavior[]
  readonly errorResponses: readonly ErrorResponse[]
  /** The security policy for viewers, such as `TLSv1.2_2021`; absent: that of CloudFront's own certificate. */
  readonly minimumProtocol?: string
  /** For people. */
  readonly comment?: string
  /** `PriceClass_All` when the template says nothing. */
  readonly priceClass?: string
  /** `http2` when the template says nothing. */
  readonly httpVersion?: string
  readonly webAcl?: string
  /** Standard access logs; `bucket` is the bucket's domain name. */
  readonly logging?: { readonly bucket: string; readonly prefix: string; readonly includeCookies: boolean }
}

/** Two origins of which the second one is asked when the first one fails. */
export interface OriginGroup {
  readonly id: string
  /** What counts as a failure of the first one. */
  readonly statusCodes: readonly number[]
  /** Ids of origins: the primary one, then the secondary one. */
  readonly members: readonly [string, string]
}

/** What an origin may be spoken to in, the lowest first. */
export type OriginProtocol = 'SSLv3' | 'TLSv1' | 'TLSv1.1' | 'TLSv1.2'

export interface DistributionOrigin {
  readonly id: string
  readonly domainName: string
  /** With leading slash, or empty. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly connectionAttempts: number
  readonly connectionTimeout: Duration
  readonly target:
    | {
        readonly kind: 's3'
        readonly accessControl: 'oac' | 'oai' | 'none'
        /** Of the origin access control, or of the origin access identity. */
        readonly accessId?: string
        /** The canonical user of the origin access identity, as bucket policies may name it. */
        readonly accessUser?: string
        /** A viewer's own Authorization stands in for CloudFront's signature. */
        readonly keepsAuthorization?: boolean
        readonly readTimeout?: Duration
      }
    | {
        readonly kind: 'custom'
        readonly protocol: 'http-only' | 'https-only' | 'match-viewer'
        readonly httpPort: number
        readonly httpsPort: number
        readonly readTimeout: Duration
        /** How long a connection is kept for the next request; absent: 5 seconds. */
        readonly keepAlive?: Duration
        /** Absent: TLS 1.2. */
        readonly sslProtocols?: readonly OriginProtocol[]
      }
}

export interface Behavior {
  readonly pattern: string
  readonly origin: string
  readonly viewerProtocol: 'allow-all' | 'redirect-to-https' | 'https-only'
  readonly allowedMethods: readonly string[]
  readonly cachedMethods: readonly string[]
  readonly compress: boolean
  readonly cache: CachePolicy
  /** What is sent to the origin beyond the cache key. */
  readonly originRequest?: OriginRequestPolicy
  readonly responseHeaders?: ResponseHeadersPolicy
}

/** Which header fields, cookies or query strings: all, none, the named ones, or all but the named ones. */
export interface Selection {
  readonly kind: 'all' | 'none' | 'whitelist' | 'allExcept'
  readonly names: readonly string[]
}

export interface CachePolicy {
  /** As `Ref` gives it, or AWS's own of a managed policy; absent for `ForwardedValues`. */
  readonly id?: string
  readonly name: string
  readonly minTtl: Duration
  readonly defaultTtl: Duration
  readonly maxTtl: Duration
  readonly headers: Selection
  readonly cookies: Selection
  readonly queryStrings: Selection
  readonly gzip: boolean
  readonly brotli: boolean
}

export interface OriginRequestPolicy {
  /** As `Ref` gives it, or AWS's own of a managed policy; absent for `ForwardedValues`. */
  readonly id?: string
  readonly name: string
  readonly headers: Selection
  readonly cookies: Selection
  readonly queryStrings: Selection
}

export interface ResponseHeadersPolicy {
  /** As `Ref` gives it, or AWS's own of a managed policy. */
  readonly id?: string
  readonly name: string
  /** In the order they are written; `override` false keeps what the origin sent. */
  readonly set: readonly { readonly name: string; readonly value: string; readonly override: boolean }[]
  readonly remove: readonly string[]
  /** The share of answers that carry `Server-Timing`, percent. */
  readonly serverTiming?: number
  readonly cors?: {
    readonly allowOrigins: readonly string[]
    readonly allowMethods: readonly string[]
    readonly allowHeaders: readonly string[]
    readonly exposeHeaders: readonly string[]
    readonly allowCredentials: boolean
    readonly maxAge?: Duration
    readonly originOverride: boolean
  }
}

export interface ErrorResponse {
  readonly errorCode: number
  readonly responsePagePath?: string
  readonly responseCode?: number
  readonly errorCachingMinTtl: Duration
}
