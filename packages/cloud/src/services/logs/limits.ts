import { days, hours, seconds } from '@terrace/kit'

/** Most events and bytes of one PutLogEvents; each event counts 26 bytes more than its message. API Reference "PutLogEvents". */
export const MOST_EVENTS = 10_000
export const LARGEST_BATCH_BYTES = 1_048_576
export const EVENT_OVERHEAD_BYTES = 26

/** How far in the past and in the future events may lie, and one batch may reach. API Reference "PutLogEvents". */
export const OLDEST_EVENT = days(14)
export const NEWEST_EVENT = hours(2)
export const LONGEST_BATCH = days(1)

/** Most events and bytes of one answer. API Reference "GetLogEvents", "FilterLogEvents". */
export const EVENTS_PAGE = 10_000
export const PAGE_BYTES = 1_048_576

/** Groups, streams and filters on a page. API Reference "DescribeLogGroups", "DescribeLogStreams". */
export const DESCRIBE_PAGE = 50

/** Days that a retention may have. API Reference "PutRetentionPolicy". */
export const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

/** Most metric filters of a group, and dimensions of a filter. API Reference "PutMetricFilter". */
export const MOST_METRIC_FILTERS = 100
export const MOST_FILTER_DIMENSIONS = 3

/** Most subscription filters of a group. API Reference "PutSubscriptionFilter". */
export const MOST_SUBSCRIPTION_FILTERS = 2

/** How often a live tail tells what came, and how long one lasts. API Reference "StartLiveTail". */
export const LIVE_TAIL_INTERVAL = seconds(1)
export const LONGEST_LIVE_TAIL = hours(3)

/** Most events of one update, and most updates that wait for a slow reader. API Reference "StartLiveTail". */
export const LIVE_TAIL_SAMPLE = 500
export const LIVE_TAIL_BUFFER = 10

/** Most live tails at once. User Guide "CloudWatch Logs quotas". */
export const MOST_LIVE_TAILS = 15

/** Most tags of a group. API Reference "TagResource". */
export const MOST_TAGS = 50

/** Largest file of a stream, bytes, and longest time that one file takes: what retention removes goes by whole files. */
export const SEGMENT_BYTES = 4 * 1024 * 1024
export const SEGMENT_SPAN = days(1)

/** Dimensions of one set, metrics of one directive, values of one metric, in the embedded metric format. CloudWatch User Guide, "Specification: Embedded metric format". */
export const MOST_EMBEDDED_DIMENSIONS = 30
export const MOST_EMBEDDED_METRICS = 100
export const MOST_EMBEDDED_VALUES = 100

/** Characters of a namespace, a name or the value of a dimension. The same page. */
export const LONGEST_METRIC_TEXT = 1024
