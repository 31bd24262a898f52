import type { Instant } from '@terrace/kit'
import type { ApplicationScalingPolicy } from '@terrace/model'
import type { AlarmTransition } from '../../../ports.ts'
import { adjusted } from '../../../scaling/adjustment.ts'
import { stepFor } from '../../../scaling/steps.ts'
import { scaledTo } from '../../../scaling/tracking.ts'

/** What a policy does. */
export type TargetPolicy = ApplicationScalingPolicy['policy']

/** The cooldowns of a target. */
export interface Cooldowns {
  /** Since the last scale-out: until when, and from which capacity it went. */
  out?: { readonly until: Instant; readonly base: number }
  /** Until when nothing is taken away. */
  in?: { readonly until: Instant }
}

/** What a policy is asked with. */
export interface Asked {
  readonly policy: TargetPolicy
  readonly transition: AlarmTransition
  readonly isLow: boolean
  readonly current: number
  readonly cooldowns: Cooldowns
  readonly now: Instant
}

/** The capacity that a policy wants, before the bounds, or why it wants nothing. */
export type Wish =
  | { readonly kind: 'capacity'; readonly capacity: number }
  | { readonly kind: 'none'; readonly because: string }

const none = (because: string): Wish => ({ kind: 'none', because })

/**
 * What a policy wants. While the scale-out cooldown lasts, the next scale-out starts from the capacity before the last
 * one, so that only a larger one is carried out; the scale-in cooldown blocks scale-in alone.
 *
 * @see Application Auto Scaling User Guide, "Define cooldown periods" of target tracking and of step scaling
 */
export function decide({ policy, transition, isLow, current, cooldowns, now }: Asked): Wish {
  const value = transition.metricValue
  if (value === undefined) return none(`${transition.alarm.name} has no value to compare`)
  const base = cooldowns.out && now < cooldowns.out.until ? cooldowns.out.base : current
  const coolsIn = cooldowns.in !== undefined && now < cooldowns.in.until
  if (policy.type === 'TargetTrackingScaling') {
    const scaled = (capacity: number) => scaledTo(capacity, value, policy.target)
    if (!isLow) return grown(Math.max(scaled(base), base === 0 ? 1 : 0), current)
    if (coolsIn) return none('the scale-in cooldown is not over')
    return shrunk(scaled(current), current)
  }
  if (transition.alarm.threshold === undefined) return none(`${transition.alarm.name} has no threshold`)
  const step = stepFor(policy.steps, value - transition.alarm.threshold)
  if (!step) return none(`no step covers ${value - transition.alarm.threshold} from the threshold`)
  const change = (capacity: number) =>
    adjusted(policy.adjustmentType, step.adjustment, capacity, policy.minAdjustmentMagnitude)
  if (change(current) >= current) return grown(change(base), current)
  if (coolsIn) return none('the scale-in cooldown is not over')
  return shrunk(change(current), current)
}

const grown = (wanted: number, current: number): Wish =>
  wanted > current ? { kind: 'capacity', capacity: wanted } : none('the capacity is large enough already')

const shrunk = (wanted: number, current: number): Wish =>
  wanted < current ? { kind: 'capacity', capacity: Math.max(0, wanted) } : none('the capacity is small enough already')
