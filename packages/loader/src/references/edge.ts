import { LOWER_ALPHANUMERIC } from '@terrace/kit'
import type { IdentityTable, Subject } from './identity.ts'
import { arn, cloudFrontId, generatedName, globalArn, nameOf, upper, uuid } from './ids.ts'

const zoneId = upper('Z', 20)
const certificateArn = (subject: Subject) => arn(subject, 'acm', `certificate/${uuid(subject)}`)

const policy = { ref: uuid, attributes: { Id: uuid, LastModifiedTime: () => undefined } } as const

/** Four servers, one a top-level domain, as every public zone has them. */
function nameServers(subject: Subject): readonly string[] | undefined {
  if (subject.has('VPCs')) return undefined
  return ['com', 'net', 'org', 'co.uk'].map((domain, index) => {
    const number = Number.parseInt(subject.characters(domain, 3), 16) % 512
    return `ns-${number + index * 512}.awsdns-${String(number % 64).padStart(2, '0')}.${domain}`
  })
}

const functionArn = (subject: Subject) => globalArn(subject, 'cloudfront', `function/${subject.text('Name') ?? ''}`)

/** CloudFront, Route 53 and ACM. */
export const edge: IdentityTable = {
  'AWS::CloudFront::Distribution': {
    ref: cloudFrontId,
    attributes: {
      Id: cloudFrontId,
      DomainName: s => `d${s.characters('domain', 13, LOWER_ALPHANUMERIC)}.${s.publicNames.distribution}`,
    },
  },
  'AWS::CloudFront::OriginAccessControl': { ref: cloudFrontId, attributes: { Id: cloudFrontId } },
  'AWS::CloudFront::CloudFrontOriginAccessIdentity': {
    ref: cloudFrontId,
    attributes: { Id: cloudFrontId, S3CanonicalUserId: s => s.characters('canonical user', 64) },
  },
  'AWS::CloudFront::CachePolicy': policy,
  'AWS::CloudFront::OriginRequestPolicy': policy,
  'AWS::CloudFront::ResponseHeadersPolicy': policy,
  'AWS::CloudFront::Function': {
    ref: functionArn,
    attributes: { FunctionARN: functionArn, 'FunctionMetadata.FunctionARN': functionArn, Stage: () => 'LIVE' },
  },
  'AWS::CloudFront::KeyGroup': { ref: uuid, attributes: { Id: uuid, LastModifiedTime: () => undefined } },
  'AWS::CloudFront::PublicKey': {
    ref: upper('K', 13),
    attributes: { Id: upper('K', 13), CreatedTime: () => undefined },
  },
  'AWS::Route53::HostedZone': { ref: zoneId, attributes: { Id: zoneId, NameServers: nameServers } },
  'AWS::Route53::RecordSet': {
    ref: s => (s.text('Name') ?? '').replace(/\.$/, ''),
    attributes: { Id: generatedName },
  },
  'AWS::Route53::RecordSetGroup': { ref: generatedName, attributes: { Id: generatedName } },
  'AWS::Route53::HealthCheck': { ref: uuid, attributes: { HealthCheckId: uuid } },
  'AWS::CertificateManager::Certificate': { ref: certificateArn, attributes: { Id: certificateArn } },
  'AWS::WAFv2::WebACL': {
    ...firewallPart('webacl'),
    attributes: {
      ...firewallPart('webacl').attributes,
      Capacity: () => undefined,
      LabelNamespace: s => `awswaf:${s.account}:webacl:${nameOf('Name')(s)}:`,
    },
  },
  'AWS::WAFv2::RuleGroup': {
    ...firewallPart('rulegroup'),
    attributes: {
      ...firewallPart('rulegroup').attributes,
      LabelNamespace: s => `awswaf:${s.account}:rulegroup:${nameOf('Name')(s)}:`,
    },
  },
  'AWS::WAFv2::IPSet': firewallPart('ipset'),
  'AWS::WAFv2::RegexPatternSet': firewallPart('regexpatternset'),
  'AWS::WAFv2::LoggingConfiguration': { ref: s => s.text('ResourceArn') ?? '' },
  'AWS::WAFv2::WebACLAssociation': { ref: s => `${s.text('ResourceArn') ?? ''}|${s.text('WebACLArn') ?? ''}` },
}

/** What AWS WAF has in an account, by name, id and scope. */
function firewallPart(kind: string) {
  const place = (subject: Subject) => (subject.text('Scope') === 'CLOUDFRONT' ? 'global' : 'regional')
  return {
    ref: (s: Subject) => `${nameOf('Name')(s)}|${uuid(s)}|${s.text('Scope') ?? ''}`,
    attributes: {
      Arn: (s: Subject) => arn(s, 'wafv2', `${place(s)}/${kind}/${nameOf('Name')(s)}/${uuid(s)}`),
      Id: uuid,
    },
  }
}
