import type { Listener, RuleAction } from '@terrace/model'
import { TargetGroupAssociationLimit } from '../errors.ts'
import type { OperationContext } from './context.ts'

/** A target group belongs to one balancer. @throws TargetGroupAssociationLimit when the action takes another one's */
export function checkAssociation({ state }: OperationContext, listener: Listener, action: RuleAction): void {
  if (action.kind !== 'forward') return
  for (const { node } of action.targetGroups) {
    const balancer = state.balancerOf(node)
    if (balancer && balancer.id !== listener.loadBalancer) {
      throw new TargetGroupAssociationLimit(state.targetGroup(node)?.arn ?? node)
    }
  }
}
