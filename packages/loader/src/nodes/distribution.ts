import { seconds } from '@terrace/kit'
import type { Distribution, DistributionOrigin, ErrorResponse } from '@terrace/model'
import { behaviorOf } from './behavior.ts'
import { type BuildContext, type BuilderTable, node, part } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

/** CloudFront distributions and what guards their origins. */
export const distribution: BuilderTable = {
  'AWS::CloudFront::OriginAccessControl': part(context => {
    const config = context.properties.requiredObject('OriginAccessControlConfig')
    config.withoutEffect({
      Name: 'for people',
      Description: 'for people',
      SigningProtocol: 'sigv4 is the only one',
      OriginAccessControlOriginType: 'the kind of origin is seen at the origin',
    })
    return {
      kind: 'originAccessControl',
      signing: config.oneOf('SigningBehavior', ['always', 'never', 'no-override']) ?? 'always',
    }
  }),
  'AWS::CloudFront::CloudFrontOriginAccessIdentity': part(context => {
    context.properties.withoutEffect({ CloudFrontOriginAccessIdentityConfig: 'a comment, for people' })
    return { kind: 'originAccessIdentity' }
  }),
  'AWS::CloudFront::Distribution': node((context): Distribution => {
    const { resource } = context
    const config = context.properties.requiredObject('DistributionConfig')
    config.withoutEffect({
      Comment: 'for people',
      HttpVersion: 'an answer is the same in every version',
      PriceClass: 'there is one edge location, which costs nothing',
      Staging: 'no continuous deployment sends traffic to it',
    })
    const webAcl = config.text('WebACLId')
    const defaultBehavior = config.requiredObject('DefaultCacheBehavior')
    return {
      ...context.base('distribution'),
      arn: `arn:${context.partition}:cloudfront::${context.account}:distribution/${resource.physicalId}`,
      domainName: context.attribute('DomainName'),
      aliases: config.texts('Aliases'),
      ...certificateOf(config),
      enabled: config.boolean('Enabled') ?? true,
      ipv6: config.boolean('IPV6Enabled') ?? false,
      defaultRootObject: (config.text('DefaultRootObject') ?? '').replace(/^\//, ''),
      origins: config.objects('Origins').map(origin => originOf(context, origin)),
      behaviors: [
        ...config.objects('CacheBehaviors').map(item => behaviorOf(context, item, item.requiredText('PathPattern'))),
        behaviorOf(context, defaultBehavior, '*'),
      ],
      errorResponses: config.objects('CustomErrorResponses').map(errorResponseOf),
      ...(webAcl === undefined || webAcl === '' ? {} : { webAcl }),
      ...loggingOf(config),
    }
  }),
}

function certificateOf(config: PropertyReader): Pick<Distribution, 'certificate'> {
  const viewer = config.object('ViewerCertificate')
  viewer?.withoutEffect({
    MinimumProtocolVersion: 'the public entrance takes TLS 1.2 and 1.3 alike',
    SslSupportMethod: 'every client here sends the name it wants',
    CloudFrontDefaultCertificate: 'every name gets a certificate here',
  })
  const certificate = viewer?.text('AcmCertificateArn')
  return certificate === undefined ? {} : { certificate }
}

function loggingOf(config: PropertyReader): Pick<Distribution, 'logging'> {
  const logging = config.object('Logging')
  const bucket = logging?.text('Bucket')
  if (!logging || bucket === undefined) return {}
  const prefix = logging.text('Prefix') ?? ''
  return { logging: { bucket, prefix, includeCookies: logging.boolean('IncludeCookies') ?? false } }
}

function originOf(context: BuildContext, origin: PropertyReader): DistributionOrigin {
  const headers = origin.objects('OriginCustomHeaders')
  const path = origin.text('OriginPath') ?? ''
  return {
    id: origin.requiredText('Id'),
    domainName: origin.requiredText('DomainName'),
    path,
    headers: Object.fromEntries(headers.map(item => [item.requiredText('HeaderName'), item.text('HeaderValue') ?? ''])),
    connectionAttempts: origin.number('ConnectionAttempts', { least: 1, most: 3 }) ?? 3,
    connectionTimeout: seconds(origin.number('ConnectionTimeout', { least: 1, most: 10 }) ?? 10),
    target: targetOf(context, origin),
  }
}

function targetOf(context: BuildContext, origin: PropertyReader): DistributionOrigin['target'] {
  const custom = origin.object('CustomOriginConfig')
  if (custom) {
    custom.withoutEffect({
      OriginSSLProtocols: 'no TLS is spoken to origins here',
      OriginKeepaliveTimeout: 'a new connection takes no time here',
      IpAddressType: 'origins have IPv4 addresses here',
    })
    return {
      kind: 'custom',
      protocol: custom.oneOf('OriginProtocolPolicy', ['http-only', 'https-only', 'match-viewer']) ?? 'match-viewer',
      httpPort: custom.number('HTTPPort') ?? 80,
      httpsPort: custom.number('HTTPSPort') ?? 443,
      readTimeout: seconds(custom.number('OriginReadTimeout', { least: 1, most: 120 }) ?? 30),
    }
  }
  const s3 = origin.object('S3OriginConfig')
  s3?.withoutEffect({ OriginReadTimeout: 'the buckets here answer at once' })
  const identity = s3?.text('OriginAccessIdentity') ?? ''
  const key = 'OriginAccessControlId'
  const id = origin.text(key) ?? ''
  if (id === '') return { kind: 's3', accessControl: identity === '' ? 'none' : 'oai' }
  const control = context.part(id, 'originAccessControl')
  if (!control) {
    const message = `the origin access control ${id} is not in these stacks; its requests are taken as signed`
    context.gap('value', origin.pathOf(key), origin.placeOf(key).line, message)
  }
  return { kind: 's3', accessControl: control?.signing === 'never' ? 'none' : 'oac' }
}

function errorResponseOf(response: PropertyReader): ErrorResponse {
  const page = response.text('ResponsePagePath')
  const code = response.number('ResponseCode')
  return {
    errorCode: response.requiredNumber('ErrorCode'),
    ...(page === undefined ? {} : { responsePagePath: page }),
    ...(code === undefined ? {} : { responseCode: code }),
    errorCachingMinTtl: seconds(response.number('ErrorCachingMinTTL') ?? 10),
  }
}
