import type { Duration } from '@terrace/kit'
import type { GroupPolicy } from '@terrace/model'
import type { GroupState } from '../group-state.ts'
import { isPending } from '../lifecycle.ts'

/**
 * How long a policy lets new instances warm up: its own time, else the group's default warm-up, else the default cooldown.
 * @see Amazon EC2 Auto Scaling API Reference, "PutScalingPolicy", EstimatedInstanceWarmup
 */
export function warmupOf(state: GroupState, policy: GroupPolicy): Duration {
  const { defaultInstanceWarmup, defaultCooldown } = state.definition
  const own = policy.type === 'SimpleScaling' ? undefined : policy.instanceWarmup
  return own ?? defaultInstanceWarmup ?? defaultCooldown
}

/** How many instances count as capacity and don't count in the metric yet. */
export function warmingUp(state: GroupState, policy: GroupPolicy): number {
  const since = state.world.clock.now() - warmupOf(state, policy)
  const warming = state.active.filter(member => isPending(member.state) || (member.inServiceAt ?? 0) > since)
  return state.starting + warming.length
}

/** Instances on their way out because the group shrinks: they count for the next decision to shrink. */
export const shrinking = (state: GroupState): number =>
  [...state.members.values()].filter(({ scaledIn }) => scaledIn).length
