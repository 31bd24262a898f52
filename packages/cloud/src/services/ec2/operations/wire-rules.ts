import { digest } from '@terrace/kit'
import type { NodeId, Protocol, SecurityGroupRule } from '@terrace/model'
import { nodesOf } from '@terrace/model'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { accepted, wireInteger, wireList } from '../../../gateway/api.ts'
import { InvalidParameterValue } from '../errors.ts'
import { type Ec2Site, nodeWithId, physicalIdOf } from './site.ts'

const described = { Description: z.string().optional() }

/** `IpPermissions.1.IpProtocol=…`: one protocol and range of ports, and any number of peers. */
export const permissions = wireList(
  z.strictObject({
    IpProtocol: z.string(),
    FromPort: wireInteger().optional(),
    ToPort: wireInteger().optional(),
    IpRanges: wireList(z.strictObject({ CidrIp: z.string(), ...described })).optional(),
    Ipv6Ranges: wireList(z.strictObject({ CidrIpv6: z.string(), ...described })).optional(),
    PrefixListIds: wireList(z.strictObject({ PrefixListId: z.string(), ...described })).optional(),
    Groups: wireList(
      z.strictObject({
        GroupId: z.string(),
        UserId: accepted(z.string().optional(), 'there is one account'),
        VpcId: accepted(z.string().optional(), 'the id of a group says it'),
        ...described,
      }),
    ).optional(),
  }),
)

export type Permission = z.output<typeof permissions>[number]

const NAMES: Readonly<Record<string, Protocol>> = {
  '-1': 'all',
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'icmpv6',
  icmp: 'icmp',
  icmpv6: 'icmpv6',
  tcp: 'tcp',
  udp: 'udp',
}

/** A protocol by its name or number. @throws InvalidParameterValue */
export function protocolOf(text: string): Protocol {
  const known = NAMES[text.toLowerCase()]
  if (known !== undefined) return known
  const number = Number(text)
  if (Number.isInteger(number) && number >= 0 && number <= 255) return number
  throw new InvalidParameterValue(`Invalid value '${text}' for IP protocol. Unknown protocol.`)
}

const NUMBERS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 }

/** As network ACLs write it: a number. */
export const protocolNumber = (protocol: Protocol): string =>
  protocol === 'all' ? '-1' : String(NUMBERS[protocol] ?? protocol)

/** As security groups write it: a name where there is one. */
export const protocolName = (protocol: Protocol): string => (protocol === 'all' ? '-1' : String(protocol))

/** The rules of a permission, one for each peer. @throws InvalidParameterValue, NotFound */
export function rulesOf(site: Ec2Site, permission: Permission): SecurityGroupRule[] {
  const protocol = protocolOf(permission.IpProtocol)
  const { FromPort: first, ToPort: last } = permission
  const hasPorts = (protocol === 'tcp' || protocol === 'udp') && first !== undefined && first >= 0
  const range: readonly [number, number] | undefined = hasPorts ? [first, last ?? first] : undefined
  if (range && (range[0] > range[1] || range[1] > 65_535)) {
    throw new InvalidParameterValue(`Invalid TCP/UDP port range (${range[0]}:${range[1]})`)
  }
  if ((protocol === 'tcp' || protocol === 'udp') && first === undefined) {
    throw new InvalidParameterValue('Invalid TCP/UDP port range: FromPort and ToPort are required')
  }
  for (const { CidrIp } of permission.IpRanges ?? []) {
    if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(CidrIp)) {
      throw new InvalidParameterValue(`CIDR block ${CidrIp} is malformed`)
    }
  }
  const rule = (peer: SecurityGroupRule['peer'], description: string | undefined): SecurityGroupRule => ({
    protocol,
    ...(range ? { ports: range } : {}),
    peer,
    ...(description === undefined ? {} : { description }),
  })
  return [
    ...(permission.IpRanges ?? []).map(each => rule({ kind: 'cidr', cidr: each.CidrIp }, each.Description)),
    ...(permission.Ipv6Ranges ?? []).map(each => rule({ kind: 'cidrIpv6', cidr: each.CidrIpv6 }, each.Description)),
    ...(permission.PrefixListIds ?? []).map(each =>
      rule({ kind: 'prefixList', id: each.PrefixListId }, each.Description),
    ),
    ...(permission.Groups ?? []).map(each =>
      rule({ kind: 'securityGroup', node: nodeWithId(site, 'securityGroup', each.GroupId).id }, each.Description),
    ),
  ]
}

/** Whether two rules let the same pass, whatever their descriptions. */
export const sameRule = (a: SecurityGroupRule, b: SecurityGroupRule): boolean => keyOf(a) === keyOf(b)

const keyOf = ({ protocol, ports, peer }: SecurityGroupRule): string =>
  JSON.stringify([
    protocol,
    ports ?? null,
    peer.kind,
    'cidr' in peer ? peer.cidr : 'node' in peer ? peer.node : peer.id,
  ])

/** As AWS's error texts name a rule: `peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW`. */
export function ruleText(site: Ec2Site, { protocol, ports, peer }: SecurityGroupRule): string {
  const [first, last] = ports ?? [-1, -1]
  const name = protocol === 'all' ? 'ALL' : String(protocol).toUpperCase()
  return `peer: ${peerText(site, peer)}, ${name}, from port: ${first}, to port: ${last}, ALLOW`
}

function peerText(site: Ec2Site, peer: SecurityGroupRule['peer']): string {
  if (peer.kind === 'securityGroup') return physicalIdOf(site, peer.node)
  return peer.kind === 'prefixList' ? peer.id : peer.cidr
}

/** The id of a rule: the same as long as the rule is the same. */
export const ruleId = (group: NodeId, egress: boolean, rule: SecurityGroupRule): string =>
  `sgr-${digest(`${group} ${egress} ${keyOf(rule)}`, 17)}`

/** `<item>` of `<ipPermissions>`: rules with the same protocol and ports are one. */
export function describePermissions(site: Ec2Site, rules: readonly SecurityGroupRule[]) {
  const groups = Map.groupBy(rules, ({ protocol, ports }) => JSON.stringify([protocol, ports ?? null]))
  return [...groups.values()].flatMap(same => {
    const [first] = same
    if (!first) return []
    const text = ({ description }: SecurityGroupRule) => (description === undefined ? {} : { description })
    return [
      {
        ipProtocol: protocolName(first.protocol),
        ...(first.ports ? { fromPort: first.ports[0], toPort: first.ports[1] } : icmpPorts(first.protocol)),
        groups: same.flatMap(rule =>
          rule.peer.kind === 'securityGroup'
            ? [{ groupId: physicalIdOf(site, rule.peer.node), userId: site.architecture.account, ...text(rule) }]
            : [],
        ),
        ipRanges: same.flatMap(rule => (rule.peer.kind === 'cidr' ? [{ cidrIp: rule.peer.cidr, ...text(rule) }] : [])),
        ipv6Ranges: same.flatMap(rule =>
          rule.peer.kind === 'cidrIpv6' ? [{ cidrIpv6: rule.peer.cidr, ...text(rule) }] : [],
        ),
        prefixListIds: same.flatMap(rule =>
          rule.peer.kind === 'prefixList' ? [{ prefixListId: rule.peer.id, ...text(rule) }] : [],
        ),
      },
    ]
  })
}

const icmpPorts = (protocol: Protocol) => (protocol === 'all' ? {} : { fromPort: -1, toPort: -1 })

/** `<item>` of `<securityGroupRuleSet>`. */
export function describeRule(site: Ec2Site, group: NodeId, egress: boolean, rule: SecurityGroupRule) {
  const node = nodesOf(site.architecture, 'securityGroup').find(({ id }) => id === group)
  const [first, last] = rule.ports ?? [-1, -1]
  const { peer } = rule
  return {
    securityGroupRuleId: ruleId(group, egress, rule),
    groupId: node?.physicalId,
    groupOwnerId: site.architecture.account,
    isEgress: egress,
    ipProtocol: protocolName(rule.protocol),
    fromPort: first,
    toPort: last,
    ...(peer.kind === 'cidr' ? { cidrIpv4: peer.cidr } : {}),
    ...(peer.kind === 'cidrIpv6' ? { cidrIpv6: peer.cidr } : {}),
    ...(peer.kind === 'prefixList' ? { prefixListId: peer.id } : {}),
    ...(peer.kind === 'securityGroup'
      ? { referencedGroupInfo: { groupId: physicalIdOf(site, peer.node), userId: site.architecture.account } }
      : {}),
    description: rule.description,
  }
}
