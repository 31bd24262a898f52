import type { Peer, Protocol, SecurityGroupRule } from '@terrace/model'
import { type BuildContext, type BuilderTable, fold, node } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

// One object, recognised by its identity: the first rule of AWS::EC2::SecurityGroupEgress takes its place.
const ALLOW_ALL: readonly SecurityGroupRule[] = [{ protocol: 'all', peer: { kind: 'cidr', cidr: '0.0.0.0/0' } }]

/**
 * Security groups with the rules inside and beside them.
 *
 * @see "AWS::EC2::SecurityGroup" in the CloudFormation Template Reference: inline egress replaces the default rule.
 *   That a rule of AWS::EC2::SecurityGroupEgress does so too is what is commonly observed.
 */
export const securityGroup: BuilderTable = {
  'AWS::EC2::SecurityGroup': node(context => {
    const { properties, resource } = context
    const egress = properties.objects('SecurityGroupEgress')
    return {
      ...context.base('securityGroup'),
      vpc: context.need(properties, 'VpcId', 'vpc'),
      name: properties.text('GroupName') ?? resource.generatedName('stack'),
      description: properties.requiredText('GroupDescription'),
      ingress: properties.objects('SecurityGroupIngress').flatMap(rule => ruleOf(context, rule, 'Source')),
      egress: properties.has('SecurityGroupEgress')
        ? egress.flatMap(rule => ruleOf(context, rule, 'Destination'))
        : ALLOW_ALL,
    }
  }),
  'AWS::EC2::SecurityGroupIngress': fold(context => {
    const { properties } = context
    const group = context.find(properties, 'GroupId', 'securityGroup')
    const rules = ruleOf(context, properties, 'Source')
    if (group === undefined) return
    context.update(group, 'securityGroup', old => ({ ...old, ingress: [...old.ingress, ...rules] }))
  }),
  'AWS::EC2::SecurityGroupEgress': fold(context => {
    const { properties } = context
    const group = context.find(properties, 'GroupId', 'securityGroup')
    const rules = ruleOf(context, properties, 'Destination')
    if (group === undefined) return
    context.update(group, 'securityGroup', old => ({
      ...old,
      egress: old.egress === ALLOW_ALL ? rules : [...old.egress, ...rules],
    }))
  }),
}

function ruleOf(
  context: BuildContext,
  rule: PropertyReader,
  side: 'Source' | 'Destination',
): readonly SecurityGroupRule[] {
  const protocol = protocolOf(rule, 'IpProtocol')
  const ports = portsOf(rule, protocol)
  const description = rule.text('Description')
  const peer = peerOf(context, rule, side)
  if (!peer) return []
  return [{ protocol, peer, ...(ports ? { ports } : {}), ...(description === undefined ? {} : { description }) }]
}

const NAMES: Readonly<Record<string, Protocol>> = {
  '-1': 'all',
  all: 'all',
  tcp: 'tcp',
  '6': 'tcp',
  udp: 'udp',
  '17': 'udp',
  icmp: 'icmp',
  '1': 'icmp',
  icmpv6: 'icmpv6',
  '58': 'icmpv6',
}

/** A protocol by name or number, as rules of groups and ACLs spell it. */
export function protocolOf(rule: PropertyReader, key: string): Protocol {
  const text = rule.requiredText(key).toLowerCase()
  const named = NAMES[text]
  if (named !== undefined) return named
  if (/^\d{1,3}$/.test(text) && Number(text) < 256) return Number(text)
  throw rule.bad(key, 'tcp, udp, icmp, icmpv6, -1 for all, or a protocol number')
}

function portsOf(rule: PropertyReader, protocol: Protocol): readonly [number, number] | undefined {
  const range = { least: -1, most: 65_535 }
  const from = rule.number('FromPort', range)
  const to = rule.number('ToPort', range)
  // For ICMP these are type and code, and other protocols have no ports.
  if (protocol !== 'tcp' && protocol !== 'udp') return undefined
  if (from === undefined || from === -1) return undefined
  return [from, to === undefined || to === -1 ? from : to]
}

function peerOf(context: BuildContext, rule: PropertyReader, side: 'Source' | 'Destination'): Peer | undefined {
  const cidr = rule.text('CidrIp')
  if (cidr !== undefined) return { kind: 'cidr', cidr }
  const cidrIpv6 = rule.text('CidrIpv6')
  if (cidrIpv6 !== undefined) return { kind: 'cidrIpv6', cidr: cidrIpv6 }
  const prefixList = rule.text(`${side}PrefixListId`)
  if (prefixList !== undefined) return { kind: 'prefixList', id: prefixList }
  if (rule.has(`${side}SecurityGroupId`)) {
    const group = context.find(rule, `${side}SecurityGroupId`, 'securityGroup')
    if (side === 'Source') rule.withoutEffect({ SourceSecurityGroupOwnerId: 'there is one account' })
    return group === undefined ? undefined : { kind: 'securityGroup', node: group }
  }
  const message = 'the rule names no range, prefix list or group by its id; it is left out'
  context.gap('value', rule.path, rule.place.line, message)
  return undefined
}
