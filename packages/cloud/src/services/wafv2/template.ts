import { TerraceError } from '@terrace/kit'
import { type ArchitectureNode, type FirewallIdentity, type NodeId, nodesOf } from '@terrace/model'
import { AwsError } from '../../gateway/errors.ts'
import type { World } from '../../world.ts'
import type { Entity } from './entity.ts'
import type { Firewalls } from './state.ts'

/**
 * Makes what the template has of AWS WAF, and sets what is there already to what it says now.
 *
 * @param isMeant  the nodes that are looked at: by default all
 * @throws TerraceError WAF_TEMPLATE when AWS would refuse one of them
 */
export function makeTemplateFirewalls(
  { architecture }: Pick<World, 'architecture'>,
  firewalls: Firewalls,
  isMeant: (id: NodeId) => boolean = () => true,
): void {
  const meant = <K extends FirewallKind>(kind: K) =>
    nodesOf(architecture, kind).filter((node: { readonly id: NodeId }) => isMeant(node.id))
  const put = (node: ArchitectureNode & FirewallIdentity, rest: (common: Common) => Entity) =>
    blamed(node, node.name, () => {
      const { name, awsId, arn, scope, description, tags, id } = node
      const LockToken = firewalls.find(arn)?.LockToken ?? firewalls.newToken()
      const common = {
        Name: name,
        Id: awsId,
        ARN: arn,
        Scope: scope,
        Description: description,
        LockToken,
        tags,
        node: id,
      }
      firewalls.put(rest(common))
    })
  const present = new Set(architecture.nodes.map(({ id }) => id))
  // What the template had and has no longer, CloudFormation would have deleted.
  for (const kind of ['webacl', 'rulegroup', 'ipset', 'regexpatternset'] as const) {
    for (const { ARN, node } of firewalls.list(kind)) if (node !== undefined && !present.has(node)) firewalls.drop(ARN)
  }
  for (const node of meant('ipSet')) {
    const { addressVersion, addresses } = node
    put(node, common => ({ kind: 'ipset', ...common, IPAddressVersion: addressVersion, Addresses: [...addresses] }))
  }
  for (const node of meant('regexPatternSet')) {
    const RegularExpressionList = node.expressions.map(RegexString => ({ RegexString }))
    put(node, common => ({ kind: 'regexpatternset', ...common, RegularExpressionList }))
  }
  for (const node of meant('firewallRuleGroup')) {
    put(node, common => plain({ kind: 'rulegroup', ...common, Capacity: node.capacity, ...decidingOf(node) }))
  }
  for (const node of meant('webAcl')) {
    put(node, common => plain({ kind: 'webacl', ...common, DefaultAction: node.defaultAction, ...decidingOf(node) }))
  }
  for (const node of meant('webAclAssociation')) {
    blamed(node, node.webAclArn, () => firewalls.associate(node.resourceArn, firewalls.webAcl(node.webAclArn).ARN))
  }
  for (const node of meant('firewallLogging')) {
    const { ResourceArn, LogDestinationConfigs, RedactedFields, LoggingFilter } = node
    blamed(node, ResourceArn, () =>
      firewalls.log(firewalls.webAcl(ResourceArn).ARN, {
        ResourceArn,
        LogDestinationConfigs,
        ...(RedactedFields && { RedactedFields }),
        ...(LoggingFilter && { LoggingFilter }),
      }),
    )
  }
}

type Common = Pick<Entity, 'Name' | 'Id' | 'ARN' | 'Scope' | 'Description' | 'LockToken' | 'tags' | 'node'>
/** The kinds of nodes that AWS WAF has. */
export type FirewallKind =
  | 'webAcl'
  | 'firewallRuleGroup'
  | 'ipSet'
  | 'regexPatternSet'
  | 'webAclAssociation'
  | 'firewallLogging'

type Deciding = Extract<ArchitectureNode, { readonly kind: 'webAcl' | 'firewallRuleGroup' }>

const decidingOf = ({ rules, visibility, customResponseBodies }: Deciding) => ({
  Rules: rules,
  VisibilityConfig: visibility,
  CustomResponseBodies: customResponseBodies,
})

/** The same as the API would have given it. */
const plain = (entity: object): Entity => JSON.parse(JSON.stringify(entity))

function blamed({ origin }: ArchitectureNode, name: string, make: () => void): void {
  try {
    make()
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause
    throw new TerraceError('WAF_TEMPLATE', `${name} can't be made on AWS WAF: ${cause.message}`, {
      hint: `change ${origin.logicalId} in the template`,
      place: origin.place,
      cause,
    })
  }
}
