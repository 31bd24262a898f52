import type { GroupPolicy } from '@terrace/model'
import { adjusted } from '../../../scaling/adjustment.ts'
import { stepFor } from '../../../scaling/steps.ts'
import { scaledTo } from '../../../scaling/tracking.ts'
import type { GroupState } from '../group-state.ts'
import { scaledIn } from './target-tracking.ts'
import { shrinking, warmingUp } from './warm-up.ts'

/** What a policy wants, or why it wants nothing. */
export type Wish =
  | { readonly kind: 'capacity'; readonly capacity: number }
  | { readonly kind: 'none'; readonly because: string }

const none = (because: string): Wish => ({ kind: 'none', because })

/** Bounds apply later: here a wish only says which way it goes. */
function wish(state: GroupState, capacity: number): Wish {
  return capacity === state.desired ? none('the capacity is right already') : { kind: 'capacity', capacity }
}

/**
 * Scale-out of target tracking: over the instances that are warmed up, so that those on their way count.
 * @see Amazon EC2 Auto Scaling User Guide, "Set the default instance warmup for an Auto Scaling group"
 */
export function trackOut(
  state: GroupState,
  policy: Extract<GroupPolicy, { type: 'TargetTrackingScaling' }>,
  metric: number,
): Wish {
  const warm = state.desired - warmingUp(state, policy)
  return wish(state, Math.max(state.desired, scaledTo(warm, metric, policy.target)))
}

/** Scale-in of target tracking: not while anything warms up. */
export function trackIn(
  state: GroupState,
  policy: Extract<GroupPolicy, { type: 'TargetTrackingScaling' }>,
  metric: number,
): Wish {
  if (warmingUp(state, policy) > 0) return none('instances are warming up')
  return wish(state, Math.min(state.desired, scaledIn(state.desired + shrinking(state), metric, policy.target)))
}

/** What a step policy wants. @param breach  the metric's value minus the alarm's threshold */
export function step(state: GroupState, policy: Extract<GroupPolicy, { type: 'StepScaling' }>, breach: number): Wish {
  const found = stepFor(policy.steps, breach)
  if (!found) return none(`no step covers ${breach} from the threshold`)
  const change = (capacity: number) =>
    adjusted(policy.adjustmentType, found.adjustment, capacity, policy.minAdjustmentMagnitude)
  const warming = warmingUp(state, policy)
  if (change(state.desired) > state.desired)
    return wish(state, Math.max(state.desired, change(state.desired - warming)))
  if (warming > 0) return none('instances are warming up')
  return wish(state, Math.min(state.desired, change(state.desired + shrinking(state))))
}

/** What a simple policy wants. */
export const simple = (state: GroupState, policy: Extract<GroupPolicy, { type: 'SimpleScaling' }>): Wish =>
  wish(state, adjusted(policy.adjustmentType, policy.adjustment, state.desired, policy.minAdjustmentMagnitude))
