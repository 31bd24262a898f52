import { digest } from '@terrace/kit'
import { type NetworkAcl, type NetworkAclRule, nodesOf, type Subnet } from '@terrace/model'
import { z } from 'zod'
import { type Operation, wireBoolean, wireInteger } from '../../../gateway/api.ts'
import { NetworkAclEntryAlreadyExists, NetworkAclEntryNotFound } from '../errors.ts'
import { tagSet } from '../tags.ts'
import { describing, ec2Operation } from './describe.ts'
import { arnOf, type Ec2Site, nodeWithId, physicalIdOf } from './site.ts'
import { protocolNumber, protocolOf } from './wire-rules.ts'

/** What every list ends with: everything else is denied. @see Amazon VPC User Guide, "Network ACL basics" */
const LAST_RULE = 32_767

const range = z.strictObject({ From: wireInteger(), To: wireInteger() })

/** Network ACLs and their entries, as the network has them now. The VPC's default ACL isn't in the template. */
export function networkAclOperations(site: Ec2Site): readonly Operation[] {
  const { architecture, tags } = site
  const subnets = (acl: NetworkAcl): readonly Subnet[] =>
    nodesOf(architecture, 'subnet').filter(({ networkAcl }) => networkAcl === acl.id)
  return [
    describing({
      name: 'DescribeNetworkAcls',
      ids: 'NetworkAclId',
      kind: 'networkAcl',
      idOf: acl => acl.physicalId,
      items: () => nodesOf(architecture, 'networkAcl'),
      tagsOf: acl => tags.of(acl.physicalId, acl.tags),
      filters: {
        'network-acl-id': acl => [acl.physicalId],
        'vpc-id': acl => [physicalIdOf(site, acl.vpc)],
        'association.subnet-id': acl => subnets(acl).map(({ physicalId }) => physicalId),
        default: () => ['false'],
      },
      write: acl => ({
        networkAclId: acl.physicalId,
        vpcId: physicalIdOf(site, acl.vpc),
        ownerId: architecture.account,
        default: false,
        entrySet: entriesOf(site, acl),
        associationSet: subnets(acl).map(subnet => ({
          networkAclAssociationId: `aclassoc-${digest(subnet.id, 17)}`,
          networkAclId: acl.physicalId,
          subnetId: subnet.physicalId,
        })),
        tagSet: tagSet(tags.of(acl.physicalId, acl.tags)),
      }),
      set: 'networkAclSet',
    }),
    writing(site, 'CreateNetworkAclEntry'),
    writing(site, 'ReplaceNetworkAclEntry'),
    ec2Operation({
      name: 'DeleteNetworkAclEntry',
      input: { NetworkAclId: z.string(), RuleNumber: wireInteger(), Egress: wireBoolean() },
      authorize: ({ NetworkAclId: id }) => accessTo(site, 'DeleteNetworkAclEntry', id),
      run({ NetworkAclId: id, RuleNumber: number, Egress: egress }) {
        const acl = nodeWithId(site, 'networkAcl', id)
        change(site, acl, egress, rules => {
          if (!rules.some(rule => rule.number === number)) throw new NetworkAclEntryNotFound(id, number)
          return rules.filter(rule => rule.number !== number)
        })
        return { return: true }
      },
    }),
  ]
}

function writing(site: Ec2Site, name: 'CreateNetworkAclEntry' | 'ReplaceNetworkAclEntry'): Operation {
  return ec2Operation({
    name,
    input: {
      NetworkAclId: z.string(),
      RuleNumber: wireInteger().pipe(
        z
          .int()
          .min(1)
          .max(LAST_RULE - 1),
      ),
      Protocol: z.string(),
      RuleAction: z.enum(['allow', 'deny']),
      Egress: wireBoolean(),
      CidrBlock: z.string(),
      PortRange: range.optional(),
    },
    authorize: ({ NetworkAclId: id }) => accessTo(site, name, id),
    run(input) {
      const acl = nodeWithId(site, 'networkAcl', input.NetworkAclId)
      const number = input.RuleNumber
      const rule: NetworkAclRule = {
        number,
        action: input.RuleAction,
        protocol: protocolOf(input.Protocol),
        cidr: input.CidrBlock,
        ...(input.PortRange ? { ports: [input.PortRange.From, input.PortRange.To] as const } : {}),
      }
      change(site, acl, input.Egress, rules => {
        const exists = rules.some(each => each.number === number)
        if (name === 'CreateNetworkAclEntry' && exists) throw new NetworkAclEntryAlreadyExists(number)
        if (name === 'ReplaceNetworkAclEntry' && !exists) throw new NetworkAclEntryNotFound(input.NetworkAclId, number)
        return [...rules.filter(each => each.number !== number), rule].sort((a, b) => a.number - b.number)
      })
      return { return: true }
    },
  })
}

const accessTo = (site: Ec2Site, name: string, id: string) => ({
  action: `ec2:${name}`,
  resource: arnOf(site, 'network-acl', id),
})

function change(
  { network, world }: Ec2Site,
  acl: NetworkAcl,
  egress: boolean,
  next: (rules: readonly NetworkAclRule[]) => readonly NetworkAclRule[],
): void {
  const direction = egress ? 'egress' : 'ingress'
  network.rules.setNetworkAcl(acl.id, direction, next(network.rules.networkAcl(acl.id)[direction]))
  world.journal.write({
    kind: 'ec2.rulesChanged',
    node: acl.id,
    message: `${direction} entries of ${acl.physicalId} have changed`,
  })
}

function entriesOf({ network }: Ec2Site, acl: NetworkAcl) {
  const { ingress, egress } = network.rules.networkAcl(acl.id)
  const entry = (rule: NetworkAclRule, isEgress: boolean) => ({
    ruleNumber: rule.number,
    protocol: protocolNumber(rule.protocol),
    ruleAction: rule.action,
    egress: isEgress,
    cidrBlock: rule.cidr,
    ...(rule.ports ? { portRange: { from: rule.ports[0], to: rule.ports[1] } } : {}),
  })
  const last: NetworkAclRule = { number: LAST_RULE, action: 'deny', protocol: 'all', cidr: '0.0.0.0/0' }
  return [...[...egress, last].map(rule => entry(rule, true)), ...[...ingress, last].map(rule => entry(rule, false))]
}
