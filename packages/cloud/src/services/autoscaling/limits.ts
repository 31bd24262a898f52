import { days, hours, minutes, seconds } from '@terrace/kit'

/** Limits and defaults of EC2 Auto Scaling. Source, unless another is named: its API Reference, version 2011-01-01. */
export const LIMITS = {
  /** "Amazon EC2 Auto Scaling service quotas". */
  groups: 500,
  launchConfigurations: 200,
  hooksOfGroup: 50,
  scheduledActionsOfGroup: 125,
  policiesOfGroup: 50,
  hookHeartbeat: { least: seconds(30), most: seconds(7200), default: seconds(3600) },
  /** "PutLifecycleHook": the whole wait is the smaller of 48 hours and 100 times the heartbeat. */
  hookWait: { most: hours(48), heartbeats: 100 },
  notificationMetadata: 4000,
  warmup: { most: seconds(3600) },
  maxInstanceLifetime: { least: days(1) },
  /** Page sizes: default and largest. */
  groupPage: { default: 50, most: 100 },
  instancePage: { default: 50, most: 50 },
  page: { default: 50, most: 100 },
  refresh: {
    minHealthyPercentage: 90,
    checkpointDelay: seconds(3600),
    /** "Understand the default values for an instance refresh". */
    noProgress: hours(1),
    longest: days(14),
    bakeTime: { most: seconds(172_800) },
  },
} as const

/** The times that AWS doesn't document, one rule each. */
export const ASSUMED = {
  /**
   * From the alarm's action to the start of the activity: 3–6 s were seen in logs. Policies that fire within it are
   * decided together.
   */
  decision: seconds(4),
  /** How often the slow rounds are made: metrics, ages, balance, and a look at what no event told. */
  round: minutes(1),
  /** A zone where a launch failed is left alone: at first for that long, twice as long after each further failure. */
  zoneRest: { first: seconds(30), longest: minutes(10) },
  /** "Suspend and resume": groups that fail to launch for more than a day are suspended by AWS. */
  administrativeSuspension: hours(24),
  /** What a machine's operating system and container runtime take at most to stop. */
  stopGrace: seconds(10),
} as const
