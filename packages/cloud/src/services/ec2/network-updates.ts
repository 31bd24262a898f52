import type { Network } from '../../ports.ts'
import { LOOKED_UP, type NodeChange, type NodeUpdates } from '../../update/node-update.ts'

/**
 * What an update of the stack changes in the network while it carries traffic: the rules of security groups and network
 * ACLs, and routes. Groups have their identity from the template, so that a replaced one (another description) keeps it.
 *
 * @see CloudFormation Template Reference, "AWS::EC2::SecurityGroup", "AWS::EC2::NetworkAcl", "AWS::EC2::Route"
 */
export const networkUpdates = (rules: Network['rules']): NodeUpdates => ({
  // A launch reads it when it begins; groups follow their launch template by themselves.
  launchTemplate: LOOKED_UP,
  securityGroup: {
    refuses: change => otherVpc(change),
    apply: async change => carryOut(rules, change),
  },
  networkAcl: {
    refuses: change =>
      change.before && change.after ? otherVpc(change) : 'a network ACL comes and goes with its subnets’ associations',
    apply: async change => carryOut(rules, change),
  },
  routeTable: {
    refuses: change =>
      change.before && change.after ? otherVpc(change) : 'a route table comes and goes with its subnets’ associations',
    apply: async change => carryOut(rules, change),
  },
})

type Ruled = NodeChange<'networkAcl'> | NodeChange<'routeTable'> | NodeChange<'securityGroup'>

const otherVpc = ({ before, after }: Ruled): string | undefined =>
  before && after && before.vpc !== after.vpc ? 'it would be in another VPC' : undefined

function carryOut(rules: Network['rules'], { id, after }: Ruled): void {
  if (after) rules.bring(after)
  else rules.drop(id)
}
