import type { NodeId, NodeKind } from '@terrace/model'
import type { NodeUpdate, NodeUpdates } from '../../update/node-update.ts'
import type { World } from '../../world.ts'
import type { Firewalls } from './state.ts'
import { makeTemplateFirewalls } from './template.ts'

/**
 * What an update of the stack changes in AWS WAF while requests come in: rules, sets, what is guarded and what is logged;
 * new and removed ones. A request is decided on by the rules that there are when it comes.
 *
 * @see CloudFormation Template Reference, "AWS::WAFv2::WebACL", "…::WebACLAssociation", "…::LoggingConfiguration"
 */
export function firewallUpdates(world: Pick<World, 'architecture'>, firewalls: Firewalls): NodeUpdates {
  // What the template has no longer goes as well.
  const bring = (id: NodeId) => makeTemplateFirewalls(world, firewalls, each => each === id)
  const named = <K extends 'webAcl' | 'firewallRuleGroup' | 'ipSet' | 'regexPatternSet'>(): NodeUpdate<K> => ({
    refuses: ({ before, after }) =>
      before && after && arnOf(before) !== arnOf(after) ? 'another name or scope means another one' : undefined,
    apply: async ({ id }) => bring(id),
  })
  return {
    webAcl: named(),
    firewallRuleGroup: named(),
    ipSet: named(),
    regexPatternSet: named(),
    webAclAssociation: {
      async apply({ id, before, after }) {
        if (before && before.resourceArn !== after?.resourceArn) firewalls.associate(before.resourceArn, undefined)
        if (after) bring(id)
      },
    },
    firewallLogging: {
      async apply({ id, before, after }) {
        if (before && before.ResourceArn !== after?.ResourceArn) firewalls.log(before.ResourceArn, undefined)
        if (after) bring(id)
      },
    },
  }
}

const arnOf = (node: { readonly kind: NodeKind; readonly arn: string }): string => node.arn
