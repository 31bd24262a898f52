import { seconds } from '@terrace/kit'
import type { DistributionOrigin, OriginGroup, OriginProtocol } from '@terrace/model'
import { type BuildContext, notModelled } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

/** One origin of a distribution. @see "Origin settings" in the CloudFront Developer Guide */
export function originOf(context: BuildContext, origin: PropertyReader): DistributionOrigin {
  const headers = origin.objects('OriginCustomHeaders')
  const path = origin.text('OriginPath') ?? ''
  noOriginShield(origin)
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

/**
 * An origin group: a primary origin and a secondary one.
 *
 * @throws NotModelled when it has not two members
 * @see "Optimize high availability with CloudFront origin failover" in the CloudFront Developer Guide
 */
export function originGroupOf(group: PropertyReader): OriginGroup {
  const codes = group.requiredObject('FailoverCriteria').requiredObject('StatusCodes')
  const members = group.requiredObject('Members')
  for (const each of [codes, members]) each.withoutEffect({ Quantity: 'the items are counted' })
  const [primary, secondary, ...others] = members.objects('Items').map(item => item.requiredText('OriginId'))
  if (primary === undefined || secondary === undefined || others.length > 0) {
    throw notModelled(members, 'Items', 'an origin group has two members, a primary one and a secondary one')
  }
  return {
    id: group.requiredText('Id'),
    statusCodes: codes.texts('Items').map(Number),
    members: [primary, secondary],
  }
}

function noOriginShield(origin: PropertyReader): void {
  origin.object('OriginShield')?.withoutEffect({
    Enabled: 'there is one edge location, with one cache',
    OriginShieldRegion: 'there is one edge location, with one cache',
  })
}

function targetOf(context: BuildContext, origin: PropertyReader): DistributionOrigin['target'] {
  const custom = origin.object('CustomOriginConfig')
  return custom ? customTarget(custom) : bucketTarget(context, origin)
}

const PROTOCOLS: readonly OriginProtocol[] = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2']

function customTarget(custom: PropertyReader): DistributionOrigin['target'] {
  custom.withoutEffect({ IpAddressType: 'origins have IPv4 addresses here' })
  const written = custom.texts('OriginSSLProtocols')
  const sslProtocols = PROTOCOLS.filter(protocol => written.includes(protocol))
  return {
    kind: 'custom',
    protocol: custom.oneOf('OriginProtocolPolicy', ['http-only', 'https-only', 'match-viewer']) ?? 'match-viewer',
    httpPort: custom.number('HTTPPort') ?? 80,
    httpsPort: custom.number('HTTPSPort') ?? 443,
    readTimeout: seconds(custom.number('OriginReadTimeout', { least: 1, most: 120 }) ?? 30),
    keepAlive: seconds(custom.number('OriginKeepaliveTimeout', { least: 1, most: 120 }) ?? 5),
    sslProtocols: sslProtocols.length > 0 ? sslProtocols : ['TLSv1.2'],
  }
}

function bucketTarget(context: BuildContext, origin: PropertyReader): DistributionOrigin['target'] {
  const s3 = origin.object('S3OriginConfig')
  const identity = (s3?.text('OriginAccessIdentity') ?? '').replace(/^origin-access-identity\/cloudfront\//, '')
  const timeout = s3?.number('OriginReadTimeout', { least: 1, most: 120 })
  const readTimeout = timeout === undefined ? {} : { readTimeout: seconds(timeout) }
  const key = 'OriginAccessControlId'
  const id = origin.text(key) ?? ''
  if (id === '') {
    if (identity === '') return { kind: 's3', accessControl: 'none', ...readTimeout }
    const accessUser = context.part(identity, 'originAccessIdentity')?.canonicalUser
    const access = { accessId: identity, ...(accessUser === undefined ? {} : { accessUser }) }
    return { kind: 's3', accessControl: 'oai', ...access, ...readTimeout }
  }
  const control = context.part(id, 'originAccessControl')
  if (!control) {
    const message = `the origin access control ${id} is not in these stacks; its requests are taken as signed`
    context.gap('value', origin.pathOf(key), origin.placeOf(key).line, message)
  }
  return {
    kind: 's3',
    accessControl: control?.signing === 'never' ? 'none' : 'oac',
    accessId: id,
    ...(control?.signing === 'no-override' ? { keepsAuthorization: true } : {}),
    ...readTimeout,
  }
}
