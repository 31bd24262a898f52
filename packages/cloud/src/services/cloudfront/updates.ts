import { differingOutside, type NodeUpdates } from '../../update/node-update.ts'

/** What a distribution takes while it runs; its names and who may see its logs stay. */
const CHANGEABLE = [
  'behaviors',
  'comment',
  'defaultRootObject',
  'enabled',
  'errorResponses',
  'httpVersion',
  'ipv6',
  'minimumProtocol',
  'originGroups',
  'origins',
  'priceClass',
  'webAcl',
] as const

/**
 * What an update of the stack changes in distributions: behaviours with their policies, origins, error pages. What is in
 * the cache stays there, as on AWS, until it expires or is invalidated.
 *
 * @param bring  runs the distribution as the template has it now
 * @see CloudFormation Template Reference, "AWS::CloudFront::Distribution"; CloudFront Developer Guide, "Update a distribution"
 */
export const distributionUpdates = (bring: (id: string) => Promise<void>): NodeUpdates => ({
  distribution: {
    refuses(change) {
      if (!change.before || !change.after) return 'distributions cannot be added or removed'
      const names = differingOutside(change, CHANGEABLE)
      return names.length === 0 ? undefined : `${names.join(', ')} cannot be changed in place`
    },
    apply: async ({ id }) => bring(id),
  },
})
