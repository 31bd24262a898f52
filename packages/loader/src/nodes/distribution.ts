import { seconds } from '@terrace/kit'
import type { Distribution, ErrorResponse } from '@terrace/model'
import { behaviorOf } from './behavior.ts'
import { type BuilderTable, node, notModelled, part } from './build-context.ts'
import { originGroupOf, originOf } from './distribution-origin.ts'
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
    return { kind: 'originAccessIdentity', canonicalUser: context.attribute('S3CanonicalUserId') }
  }),
  'AWS::CloudFront::Distribution': node((context): Distribution => {
    const { resource } = context
    const config = context.properties.requiredObject('DistributionConfig')
    config.withoutEffect({ Staging: 'no continuous deployment sends traffic to it' })
    noGeoRestriction(config)
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
      ...originGroupsOf(config),
      behaviors: [
        ...config.objects('CacheBehaviors').map(item => behaviorOf(context, item, item.requiredText('PathPattern'))),
        behaviorOf(context, defaultBehavior, '*'),
      ],
      errorResponses: config.objects('CustomErrorResponses').map(errorResponseOf),
      ...describedBy(config),
      ...(webAcl === undefined || webAcl === '' ? {} : { webAcl }),
      ...loggingOf(config),
    }
  }),
}

function certificateOf(config: PropertyReader): Pick<Distribution, 'certificate' | 'minimumProtocol'> {
  const viewer = config.object('ViewerCertificate')
  viewer?.withoutEffect({
    SslSupportMethod: 'every client here sends the name it wants',
    CloudFrontDefaultCertificate: 'every name gets a certificate here',
  })
  const certificate = viewer?.text('AcmCertificateArn')
  const minimumProtocol = viewer?.oneOf('MinimumProtocolVersion', SECURITY_POLICIES)
  return {
    ...(certificate === undefined ? {} : { certificate }),
    // With CloudFront's own certificate it is TLSv1, whatever the template says.
    ...(minimumProtocol === undefined || certificate === undefined ? {} : { minimumProtocol }),
  }
}

/** @see CloudFront API Reference "ViewerCertificate" */
const SECURITY_POLICIES = [
  'SSLv3',
  'TLSv1',
  'TLSv1_2016',
  'TLSv1.1_2016',
  'TLSv1.2_2018',
  'TLSv1.2_2019',
  'TLSv1.2_2021',
  'TLSv1.2_2025',
  'TLSv1.3_2025',
] as const

function describedBy(config: PropertyReader): Pick<Distribution, 'comment' | 'priceClass' | 'httpVersion'> {
  const comment = config.text('Comment')
  const priceClass = config.oneOf('PriceClass', ['PriceClass_100', 'PriceClass_200', 'PriceClass_All'])
  const httpVersion = config.oneOf('HttpVersion', ['http1.1', 'http2', 'http3', 'http2and3'])
  return {
    ...(comment === undefined ? {} : { comment }),
    ...(priceClass === undefined ? {} : { priceClass }),
    ...(httpVersion === undefined ? {} : { httpVersion }),
  }
}

function originGroupsOf(config: PropertyReader): Pick<Distribution, 'originGroups'> {
  const groups = config.object('OriginGroups')
  groups?.withoutEffect({ Quantity: 'the items are counted' })
  const items = groups?.objects('Items') ?? []
  return items.length === 0 ? {} : { originGroups: items.map(originGroupOf) }
}

/** @throws NotModelled when viewers are let in or kept out by country */
function noGeoRestriction(config: PropertyReader): void {
  const restriction = config.object('Restrictions')?.object('GeoRestriction')
  const type = restriction?.oneOf('RestrictionType', ['none', 'whitelist', 'blacklist']) ?? 'none'
  if (!restriction) return
  if (type === 'none') return restriction.withoutEffect({ Locations: 'no country is named' })
  const countries = restriction.texts('Locations').join(', ')
  const message = `no viewer is in a country here: the ${type} of ${countries} is not emulated`
  throw notModelled(restriction, 'RestrictionType', message)
}

function loggingOf(config: PropertyReader): Pick<Distribution, 'logging'> {
  const logging = config.object('Logging')
  const bucket = logging?.text('Bucket')
  if (!logging || bucket === undefined) return {}
  const prefix = logging.text('Prefix') ?? ''
  return { logging: { bucket, prefix, includeCookies: logging.boolean('IncludeCookies') ?? false } }
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
