import { seconds } from '@terrace/kit'

/** Limits and defaults of Application Auto Scaling. Source: its API Reference, version 2016-02-06, and its User Guide, "Quotas". */
export const LIMITS = {
  policiesOfTarget: 50,
  scheduledActionsOfTarget: 200,
  stepsOfPolicy: 20,
  /** "TargetTrackingScalingPolicyConfiguration", "StepScalingPolicyConfiguration": the default for ECS services. */
  cooldown: seconds(300),
  page: { default: 50, most: 50 },
  /** Activities are kept six weeks by AWS; here so many of each target. */
  activities: 1000,
} as const

/** What AWS doesn't document. */
export const ASSUMED = {
  /** Policies that fire within it are decided together. 3–6 s were seen between an alarm's action and the activity. */
  decision: seconds(4),
} as const
