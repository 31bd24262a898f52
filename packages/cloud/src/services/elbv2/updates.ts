import { differingOutside, isSame, type NodeUpdates } from '../../update/node-update.ts'
import type { TargetRegistry } from './registry.ts'
import type { BalancingState } from './state.ts'

/** Whose change means another target group on AWS. @see `createOnlyProperties` of AWS::ElasticLoadBalancingV2::TargetGroup */
const IDENTITY = ['name', 'arn', 'protocol', 'port', 'targetType'] as const

/**
 * What an update of the stack changes in load balancing while requests come in: listeners with their rules, health checks
 * and attributes of target groups, attributes and security groups of balancers, tags.
 *
 * @param prepare  resolves when there is what the listeners of the architecture need
 * @see CloudFormation Template Reference, "AWS::ElasticLoadBalancingV2::Listener", "…::TargetGroup", "…::LoadBalancer"
 */
export const balancingUpdates = (
  state: BalancingState,
  registry: TargetRegistry,
  prepare: () => Promise<void>,
): NodeUpdates => ({
  targetGroup: {
    refuses({ before, after }) {
      if (!before || !after) {
        const { targets = [] } = after ?? {}
        return targets.length > 0 ? 'a new target group with targets of its own cannot be added' : undefined
      }
      const names = [...IDENTITY.filter(name => before[name] !== after[name])]
      if (names.length > 0) return `another ${names.join(', ')} means another target group`
      return isSame([before.targets, before.function], [after.targets, after.function])
        ? undefined
        : 'its targets cannot be changed'
    },
    async apply({ id, before, after }) {
      if (!after) return state.dropTargetGroup(id)
      state.bringTargetGroup(after)
      if (before) state.retag(after.arn, before.tags, after.tags)
      if (!before && after.function) registry.registerFunction(id, after.function)
    },
  },
  listener: {
    refuses(change) {
      const { before, after } = change
      if (before && after && before.loadBalancer !== after.loadBalancer) {
        return 'another load balancer means another listener'
      }
      const taken = state.listeners.find(
        ({ id, loadBalancer, port }) => after?.loadBalancer === loadBalancer && after.port === port && after.id !== id,
      )
      return taken ? `port ${taken.port} of the load balancer has a listener already` : undefined
    },
    async apply({ id, before, after }) {
      if (!after) return state.dropListener(id)
      await prepare()
      state.bringListener(after)
      if (before) state.retag(after.arn, before.tags, after.tags)
    },
  },
  loadBalancer: {
    refuses(change) {
      if (!change.before || !change.after) return 'load balancers cannot be added or removed'
      const names = differingOutside(change, [
        'clientKeepAlive',
        'crossZone',
        'deletionProtection',
        'desyncMitigation',
        'dropInvalidHeaderFields',
        'http2',
        'idleTimeout',
        'preserveHostHeader',
        'securityGroups',
        'xffClientPort',
        'xffHeaderProcessing',
      ])
      return names.length === 0 ? undefined : `${names.join(', ')} cannot be changed in place`
    },
    async apply({ id, before, after }) {
      if (!after) return
      state.changeLoadBalancer(id, after)
      if (before) state.retag(after.arn, before.tags, after.tags)
    },
  },
})
