import { nodesOf, type SecurityGroup, type SecurityGroupRule } from '@terrace/model'
import { z } from 'zod'
import { type Operation, wireInteger, wireList } from '../../../gateway/api.ts'
import { InvalidPermissionDuplicate, InvalidPermissionNotFound, MissingParameter } from '../errors.ts'
import { tagSet } from '../tags.ts'
import { describing, ec2Operation } from './describe.ts'
import { arnOf, type Ec2Site, nodeWithId, physicalIdOf } from './site.ts'
import {
  describePermissions,
  describeRule,
  type Permission,
  permissions,
  ruleId,
  rulesOf,
  ruleText,
  sameRule,
} from './wire-rules.ts'

type Direction = 'ingress' | 'egress'

/** Security groups and their rules, as the network has them now. */
export function securityGroupOperations(site: Ec2Site): readonly Operation[] {
  const { architecture, network, tags } = site
  const all = () => nodesOf(architecture, 'securityGroup')
  const rules = (group: SecurityGroup) => network.rules.securityGroup(group.id)
  return [
    describing({
      name: 'DescribeSecurityGroups',
      ids: 'GroupId',
      kind: 'securityGroup',
      idOf: group => group.physicalId,
      items: all,
      extra: { GroupName: wireList(z.string()).optional() },
      passes: ({ name }, { GroupName: names }) => !Array.isArray(names) || names.length === 0 || names.includes(name),
      tagsOf: group => tags.of(group.physicalId, group.tags),
      filters: {
        'group-id': group => [group.physicalId],
        'group-name': group => [group.name],
        'vpc-id': group => [physicalIdOf(site, group.vpc)],
        description: group => [group.description],
        'ip-permission.cidr': group =>
          rules(group).ingress.map(({ peer }) => (peer.kind === 'cidr' ? peer.cidr : undefined)),
        'ip-permission.from-port': group => rules(group).ingress.map(({ ports }) => String(ports?.[0] ?? -1)),
        'ip-permission.to-port': group => rules(group).ingress.map(({ ports }) => String(ports?.[1] ?? -1)),
        'ip-permission.group-id': group =>
          rules(group).ingress.map(({ peer }) =>
            peer.kind === 'securityGroup' ? physicalIdOf(site, peer.node) : undefined,
          ),
      },
      write: group => ({
        ownerId: architecture.account,
        groupId: group.physicalId,
        groupName: group.name,
        groupDescription: group.description,
        vpcId: physicalIdOf(site, group.vpc),
        securityGroupArn: arnOf(site, 'security-group', group.physicalId),
        ipPermissions: describePermissions(site, rules(group).ingress),
        ipPermissionsEgress: describePermissions(site, rules(group).egress),
        tagSet: tagSet(tags.of(group.physicalId, group.tags)),
      }),
      set: 'securityGroupInfo',
    }),
    describing({
      name: 'DescribeSecurityGroupRules',
      ids: 'SecurityGroupRuleId',
      kind: 'securityGroupRule',
      idOf: ({ group, egress, rule }) => ruleId(group.id, egress, rule),
      items: () =>
        all().flatMap(group =>
          (['ingress', 'egress'] as const).flatMap(direction =>
            rules(group)[direction].map(rule => ({ group, egress: direction === 'egress', rule })),
          ),
        ),
      filters: {
        'group-id': ({ group }) => [group.physicalId],
        'security-group-rule-id': ({ group, egress, rule }) => [ruleId(group.id, egress, rule)],
      },
      write: ({ group, egress, rule }) => describeRule(site, group.id, egress, rule),
      set: 'securityGroupRuleSet',
    }),
    authorizing(site, 'ingress'),
    authorizing(site, 'egress'),
    revoking(site, 'ingress'),
    revoking(site, 'egress'),
  ]
}

/** One rule may also be given by itself, without `IpPermissions`. */
const target = {
  GroupId: z.string(),
  IpPermissions: permissions.optional(),
  IpProtocol: z.string().optional(),
  FromPort: wireInteger().optional(),
  ToPort: wireInteger().optional(),
  CidrIp: z.string().optional(),
}

type Target = z.output<z.ZodObject<typeof target>>

function permissionsOf(input: Target): readonly Permission[] {
  if (input.IpPermissions?.length) return input.IpPermissions
  const { IpProtocol, FromPort, ToPort, CidrIp } = input
  if (IpProtocol === undefined || CidrIp === undefined) return []
  return [
    {
      IpProtocol,
      IpRanges: [{ CidrIp }],
      ...(FromPort === undefined ? {} : { FromPort }),
      ...(ToPort === undefined ? {} : { ToPort }),
    },
  ]
}

const titleOf = (direction: Direction) => (direction === 'ingress' ? 'Ingress' : 'Egress')

function authorizing(site: Ec2Site, direction: Direction): Operation {
  const name = `AuthorizeSecurityGroup${titleOf(direction)}`
  return ec2Operation({
    name,
    input: target,
    authorize: ({ GroupId: id }) => ({ action: `ec2:${name}`, resource: arnOf(site, 'security-group', id) }),
    run(input) {
      const group = nodeWithId(site, 'securityGroup', input.GroupId)
      const added = permissionsOf(input).flatMap(permission => rulesOf(site, permission))
      if (added.length === 0) throw new MissingParameter('ipPermissions')
      const before = site.network.rules.securityGroup(group.id)[direction]
      const twice = added.find(rule => before.some(each => sameRule(each, rule)))
      if (twice) throw new InvalidPermissionDuplicate(ruleText(site, twice))
      site.network.rules.setSecurityGroup(group.id, direction, [...before, ...added])
      noteChange(site, group, direction, 'gets', added)
      const egress = direction === 'egress'
      return { return: true, securityGroupRuleSet: added.map(rule => describeRule(site, group.id, egress, rule)) }
    },
  })
}

function revoking(site: Ec2Site, direction: Direction): Operation {
  const name = `RevokeSecurityGroup${titleOf(direction)}`
  return ec2Operation({
    name,
    input: { ...target, SecurityGroupRuleId: wireList(z.string()).optional() },
    authorize: ({ GroupId: id }) => ({ action: `ec2:${name}`, resource: arnOf(site, 'security-group', id) }),
    run(input) {
      const group = nodeWithId(site, 'securityGroup', input.GroupId)
      const before = site.network.rules.securityGroup(group.id)[direction]
      const named = permissionsOf(input).flatMap(permission => rulesOf(site, permission))
      const ids = input.SecurityGroupRuleId ?? []
      const gone = before.filter(
        rule =>
          named.some(each => sameRule(each, rule)) || ids.includes(ruleId(group.id, direction === 'egress', rule)),
      )
      if (gone.length < named.length + ids.length) throw new InvalidPermissionNotFound()
      const left = before.filter(rule => !gone.includes(rule))
      site.network.rules.setSecurityGroup(group.id, direction, left)
      noteChange(site, group, direction, 'loses', gone)
      return { return: true }
    },
  })
}

function noteChange(
  site: Ec2Site,
  group: SecurityGroup,
  direction: Direction,
  verb: 'gets' | 'loses',
  rules: readonly SecurityGroupRule[],
): void {
  const texts = rules.map(rule => ruleText(site, rule)).join('; ')
  site.world.journal.write({
    kind: 'ec2.rulesChanged',
    node: group.id,
    message: `${group.name} ${verb} ${direction}: ${texts}`,
  })
}
