import type { Duration } from '@terrace/kit'
import type { AutoScalingGroup } from '@terrace/model'
import { LIMITS } from '../limits.ts'

/** What becomes of instances that a refresh doesn't simply replace. */
export type SpecialInstances = 'Wait' | 'Ignore'

/** How a refresh goes about it. */
export interface RefreshPreferences {
  readonly minHealthyPercentage: number
  readonly maxHealthyPercentage: number
  readonly instanceWarmup: Duration
  readonly checkpointPercentages: readonly number[]
  readonly checkpointDelay: Duration
  readonly skipMatching: boolean
  readonly autoRollback: boolean
  readonly scaleInProtectedInstances: SpecialInstances | 'Refresh'
  readonly standbyInstances: SpecialInstances | 'Terminate'
  /** Names; the refresh fails when one of them is in ALARM. */
  readonly alarms: readonly string[]
  readonly bakeTime: Duration
}

/** @see Amazon EC2 Auto Scaling User Guide, "Understand the default values for an instance refresh" */
export function withDefaults(
  given: Partial<RefreshPreferences>,
  { maintenance, defaultInstanceWarmup, healthChecks }: AutoScalingGroup,
): RefreshPreferences {
  return {
    minHealthyPercentage: maintenance?.minHealthyPercentage ?? LIMITS.refresh.minHealthyPercentage,
    maxHealthyPercentage: maintenance?.maxHealthyPercentage ?? 100,
    instanceWarmup: defaultInstanceWarmup ?? healthChecks.gracePeriod,
    checkpointPercentages: [],
    checkpointDelay: LIMITS.refresh.checkpointDelay,
    skipMatching: false,
    autoRollback: false,
    scaleInProtectedInstances: 'Wait',
    standbyInstances: 'Wait',
    alarms: [],
    bakeTime: 0,
    ...given,
  }
}

/**
 * How many instances are replaced at once: those that may be missing, and those that may be too many. With a minimum of
 * 100 % and no room above it, one by one.
 */
export function batchOf(
  { minHealthyPercentage, maxHealthyPercentage }: RefreshPreferences,
  desired: number,
): { readonly launchFirst: number; readonly terminateFirst: number } {
  const terminateFirst = desired - Math.ceil((desired * minHealthyPercentage) / 100)
  const extra = Math.floor((desired * maxHealthyPercentage) / 100) - desired
  const launchFirst = maxHealthyPercentage > 100 ? Math.max(1, extra) : 0
  return { launchFirst, terminateFirst: launchFirst > 0 ? terminateFirst : Math.max(1, terminateFirst) }
}
