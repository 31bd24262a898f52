import { type Duration, minutes, seconds } from '@terrace/kit'

/** Paths of one invalidation. Source: CloudFront Developer Guide, "Quotas on invalidations". */
export const MOST_PATHS = 3_000
/** Paths without a wildcard that may be in progress for a distribution, all invalidations together. Source: as above. */
export const MOST_FILES_IN_PROGRESS = 3_000
/** Paths with a wildcard that may be in progress for a distribution. Source: as above. */
export const MOST_WILDCARDS_IN_PROGRESS = 15
/** Longest path of an invalidation, characters. Source: "What you need to know when invalidating files". */
export const LONGEST_PATH = 4_000
/** Longest caller reference, characters. Source: CloudFront API Reference "InvalidationBatch", which names none: S3's of keys. */
export const LONGEST_REFERENCE = 1_024

/**
 * How long an invalidation is in progress. `differs:` AWS says minutes at most and has no fixed time; what is kept is
 * forgotten here at once.
 */
export const INVALIDATION_TIME: Duration = seconds(10)

/** Items of a page of a list unless the call says otherwise, and at most. Source: CloudFront API Reference, `MaxItems`. */
export const LARGEST_PAGE = 100

/** How often files of standard logs are delivered. Source: "Standard logging", Timing: several times an hour. */
export const LOG_INTERVAL: Duration = minutes(5)

/** A busy distribution has more than one file for the same time. */
export const MOST_LOG_LINES = 50_000

/** How often CloudFront tells its metrics. Source: "View CloudFront and edge function metrics". */
export const METRIC_INTERVAL: Duration = minutes(1)

/** The region in which CloudFront's metrics are. Source: as above. */
export const METRIC_REGION = 'us-east-1'

/** What ids of invalidations and names of log files are made of. */
export const UPPER_ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
