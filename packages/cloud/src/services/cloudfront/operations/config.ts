import type { Behavior, Distribution, DistributionOrigin, Selection } from '@terrace/model'
import { quantified } from './list.ts'

/**
 * A distribution as `DistributionConfig`.
 *
 * @see CloudFront API Reference "DistributionConfig"
 */
export function configOf(distribution: Distribution) {
  const { behaviors, origins, originGroups = [], aliases, errorResponses, logging } = distribution
  const [defaultBehavior] = behaviors.slice(-1)
  return {
    CallerReference: distribution.id,
    Aliases: quantified('CNAME', aliases),
    DefaultRootObject: distribution.defaultRootObject,
    Origins: quantified('Origin', origins.map(originOf)),
    OriginGroups: quantified('OriginGroup', originGroups.map(groupOf)),
    DefaultCacheBehavior: defaultBehavior && behaviorOf(defaultBehavior),
    CacheBehaviors: quantified(
      'CacheBehavior',
      behaviors.slice(0, -1).map(behavior => ({ PathPattern: behavior.pattern, ...behaviorOf(behavior) })),
    ),
    CustomErrorResponses: quantified(
      'CustomErrorResponse',
      errorResponses.map(response => ({
        ErrorCode: response.errorCode,
        ResponsePagePath: response.responsePagePath ?? '',
        ResponseCode: response.responseCode ?? '',
        ErrorCachingMinTTL: response.errorCachingMinTtl / 1000,
      })),
    ),
    Comment: distribution.comment ?? '',
    Logging: {
      Enabled: logging !== undefined,
      IncludeCookies: logging?.includeCookies ?? false,
      Bucket: logging?.bucket ?? '',
      Prefix: logging?.prefix ?? '',
    },
    PriceClass: distribution.priceClass ?? 'PriceClass_All',
    Enabled: distribution.enabled,
    ViewerCertificate: certificateOf(distribution),
    Restrictions: { GeoRestriction: { RestrictionType: 'none', Quantity: 0 } },
    WebACLId: distribution.webAcl ?? '',
    HttpVersion: distribution.httpVersion ?? 'http2',
    IsIPV6Enabled: distribution.ipv6,
    Staging: false,
  }
}

/** As `ViewerCertificate`. */
export function certificateOf({ certificate, minimumProtocol = 'TLSv1' }: Distribution) {
  const common = { MinimumProtocolVersion: minimumProtocol }
  if (certificate === undefined) {
    return { CloudFrontDefaultCertificate: true, SSLSupportMethod: 'vip', ...common, CertificateSource: 'cloudfront' }
  }
  return {
    CloudFrontDefaultCertificate: false,
    ACMCertificateArn: certificate,
    SSLSupportMethod: 'sni-only',
    ...common,
    Certificate: certificate,
    CertificateSource: 'acm',
  }
}

function originOf(origin: DistributionOrigin) {
  const { target, headers } = origin
  return {
    Id: origin.id,
    DomainName: origin.domainName,
    OriginPath: origin.path,
    CustomHeaders: quantified(
      'OriginCustomHeader',
      Object.entries(headers).map(([HeaderName, HeaderValue]) => ({ HeaderName, HeaderValue })),
    ),
    ...(target.kind === 's3'
      ? {
          S3OriginConfig: {
            OriginAccessIdentity:
              target.accessControl === 'oai' ? `origin-access-identity/cloudfront/${target.accessId}` : '',
            OriginReadTimeout: (target.readTimeout ?? 30_000) / 1000,
          },
        }
      : {
          CustomOriginConfig: {
            HTTPPort: target.httpPort,
            HTTPSPort: target.httpsPort,
            OriginProtocolPolicy: target.protocol,
            OriginSslProtocols: quantified('SslProtocol', target.sslProtocols ?? ['TLSv1.2']),
            OriginReadTimeout: target.readTimeout / 1000,
            OriginKeepaliveTimeout: (target.keepAlive ?? 5_000) / 1000,
          },
        }),
    ConnectionAttempts: origin.connectionAttempts,
    ConnectionTimeout: origin.connectionTimeout / 1000,
    OriginShield: { Enabled: false },
    OriginAccessControlId: target.kind === 's3' && target.accessControl === 'oac' ? (target.accessId ?? '') : '',
  }
}

const groupOf = ({ id, statusCodes, members }: NonNullable<Distribution['originGroups']>[number]) => ({
  Id: id,
  FailoverCriteria: { StatusCodes: quantified('StatusCode', statusCodes) },
  Members: quantified(
    'OriginGroupMember',
    members.map(OriginId => ({ OriginId })),
  ),
})

function behaviorOf(behavior: Behavior) {
  const { cache } = behavior
  return {
    TargetOriginId: behavior.origin,
    TrustedSigners: { Enabled: false, Quantity: 0 },
    TrustedKeyGroups: { Enabled: false, Quantity: 0 },
    ViewerProtocolPolicy: behavior.viewerProtocol,
    AllowedMethods: {
      ...quantified('Method', behavior.allowedMethods),
      CachedMethods: quantified('Method', behavior.cachedMethods),
    },
    SmoothStreaming: false,
    Compress: behavior.compress,
    LambdaFunctionAssociations: { Quantity: 0 },
    FunctionAssociations: { Quantity: 0 },
    FieldLevelEncryptionId: '',
    ...(cache.id === undefined ? legacyOf(behavior) : { CachePolicyId: cache.id }),
    OriginRequestPolicyId: behavior.originRequest?.id,
    ResponseHeadersPolicyId: behavior.responseHeaders?.id,
  }
}

/** What came before cache policies. */
function legacyOf({ cache }: Behavior) {
  const names = ({ kind, names: listed }: Selection) => (kind === 'all' ? ['*'] : listed)
  return {
    ForwardedValues: {
      QueryString: cache.queryStrings.kind !== 'none',
      Cookies: {
        Forward: cache.cookies.kind,
        ...(cache.cookies.kind === 'whitelist' ? { WhitelistedNames: quantified('Name', cache.cookies.names) } : {}),
      },
      Headers: quantified('Name', names(cache.headers)),
      QueryStringCacheKeys: quantified('Name', cache.queryStrings.names),
    },
    MinTTL: cache.minTtl / 1000,
    DefaultTTL: cache.defaultTtl / 1000,
    MaxTTL: cache.maxTtl / 1000,
  }
}
