import type { IdentityTable, Subject } from './identity.ts'
import { arn, nameOf, shortName } from './ids.ts'

const isInternal = (subject: Subject) => subject.text('Scheme') === 'internal'
const letter = (subject: Subject) => ({ network: 'net', gateway: 'gwy' })[subject.text('Type') ?? ''] ?? 'app'
const balancerPath = (subject: Subject) => `${letter(subject)}/${shortName(subject)}/${subject.characters('elb', 16)}`
const balancerArn = (subject: Subject) => arn(subject, 'elasticloadbalancing', `loadbalancer/${balancerPath(subject)}`)
const groupPath = (subject: Subject) => `targetgroup/${shortName(subject)}/${subject.characters('targetgroup', 16)}`
const groupArn = (subject: Subject) => arn(subject, 'elasticloadbalancing', groupPath(subject))

/** `[internal-]<name>-<digits>.<region>.elb.amazonaws.com`. differs: all in lower case, since DNS tells no difference */
function dnsName(subject: Subject, name: string): string {
  const digits = subject.characters('dns', 9, '123456789')
  const prefix = isInternal(subject) ? 'internal-' : ''
  return `${prefix}${name}-${digits}.${subject.region}.${subject.publicNames.loadBalancer}`.toLowerCase()
}

function listenerArn(subject: Subject): string {
  const balancer = subject.text('LoadBalancerArn') ?? ''
  return `${balancer.replace(':loadbalancer/', ':listener/')}/${subject.characters('listener', 16)}`
}

function ruleArn(subject: Subject): string {
  const listener = subject.text('ListenerArn') ?? ''
  return `${listener.replace(':listener/', ':listener-rule/')}/${subject.characters('rule', 16)}`
}

// "Elastic Load Balancing endpoints and quotas" in the AWS General Reference; elsewhere the shape alone is right.
const ZONES: Readonly<Record<string, string>> = {
  'us-east-1': 'Z35SXDOTRQ7X7K',
  'us-west-2': 'Z1H1FL5HABSF5',
  'eu-west-1': 'Z32O12XQLNTSW2',
}
const canonicalZone = (subject: Subject) =>
  ZONES[subject.region] ?? `Z${subject.region.replaceAll('-', '').toUpperCase()}`

const classicName = nameOf('LoadBalancerName', { most: 32 })

/** Elastic Load Balancing, versions 2 and 1. */
export const balancing: IdentityTable = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    ref: balancerArn,
    attributes: {
      LoadBalancerArn: balancerArn,
      DNSName: s => dnsName(s, shortName(s)),
      CanonicalHostedZoneID: canonicalZone,
      LoadBalancerFullName: balancerPath,
      LoadBalancerName: shortName,
      SecurityGroups: s => s.texts('SecurityGroups'),
    },
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': {
    ref: groupArn,
    attributes: {
      TargetGroupArn: groupArn,
      TargetGroupFullName: groupPath,
      TargetGroupName: shortName,
      LoadBalancerArns: () => undefined,
    },
  },
  'AWS::ElasticLoadBalancingV2::Listener': { ref: listenerArn, attributes: { ListenerArn: listenerArn } },
  'AWS::ElasticLoadBalancingV2::ListenerRule': {
    ref: ruleArn,
    attributes: { RuleArn: ruleArn, IsDefault: () => 'false' },
  },
  'AWS::ElasticLoadBalancingV2::ListenerCertificate': { ref: s => s.characters('certificate', 16) },
  'AWS::ElasticLoadBalancing::LoadBalancer': {
    ref: classicName,
    attributes: {
      DNSName: s => dnsName(s, classicName(s)),
      CanonicalHostedZoneName: s => dnsName(s, classicName(s)),
      CanonicalHostedZoneNameID: canonicalZone,
      'SourceSecurityGroup.GroupName': () => undefined,
      'SourceSecurityGroup.OwnerAlias': () => undefined,
    },
  },
}
