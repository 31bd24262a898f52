import { type Duration, hours, minutes, seconds } from '@terrace/kit'

// Amazon SQS Developer Guide "Amazon SQS message quotas", "Amazon SQS standard queue quotas", "Amazon SQS FIFO queue quotas",
// and Amazon SQS API Reference "CreateQueue", unless another page is named. Read 2026-11-22.

/** Longest name of a queue, characters, `.fifo` included. */
export const LONGEST_NAME = 80

/** Longest delay of a message, seconds. */
export const LONGEST_DELAY_SECONDS = 900

/** Smallest `MaximumMessageSize`, bytes. */
export const SMALLEST_MAXIMUM_MESSAGE_BYTES = 1024

/** Largest message, and all messages of a batch together, bytes: body and attributes. */
export const LARGEST_MESSAGE_BYTES = 1_048_576

/** Shortest retention of messages, seconds. */
export const SHORTEST_RETENTION_SECONDS = 60

/** Longest retention of messages, seconds: 14 days. */
export const LONGEST_RETENTION_SECONDS = 1_209_600

/** Longest wait of a receive, seconds. */
export const LONGEST_WAIT_SECONDS = 20

/** Longest visibility timeout, and longest that a message stays in flight after one receive, seconds: 12 hours. */
export const LONGEST_VISIBILITY_SECONDS = 43_200

/** Most messages of one call. */
export const MOST_IN_BATCH = 10

/** Most messages in flight, of a standard and of a FIFO queue. */
export const MOST_IN_FLIGHT = 120_000

/** Most attributes of a message. "Amazon SQS message metadata" */
export const MOST_MESSAGE_ATTRIBUTES = 10

/** Longest name and data type of a message attribute, characters. "Amazon SQS message metadata" */
export const LONGEST_ATTRIBUTE_NAME = 256

/** Longest message group and deduplication ids, and attempt ids of receives, characters. */
export const LONGEST_ID = 128

/** How long a FIFO queue knows a message, and the attempt of a receive, again. "FIFO delivery logic", "ReceiveMessage" */
export const DEDUPLICATION_INTERVAL: Duration = minutes(5)

/** Largest `maxReceiveCount`. "Amazon SQS dead-letter queues" */
export const MOST_RECEIVES = 1000

/** `maxReceiveCount` of a redrive policy that doesn't say. "SetQueueAttributes" */
export const DEFAULT_MAX_RECEIVES = 10

/** Most queues in a redrive allow policy. "SetQueueAttributes" */
export const MOST_SOURCE_QUEUES = 10

/** Between two purges of a queue. "PurgeQueue" */
export const PURGE_INTERVAL: Duration = seconds(60)

/** How long the name of a deleted queue can't be used again. "DeleteQueue" */
export const DELETED_NAME_REST: Duration = seconds(60)

/** Most queues on a page of `ListQueues` and `ListDeadLetterSourceQueues`. */
export const LARGEST_PAGE = 1000

/** Most tags of a queue. "Amazon SQS cost allocation tags" */
export const MOST_TAGS = 50

/** Most actions of one `AddPermission`. "AddPermission" */
export const MOST_ACTIONS = 7

/** Fastest move of messages out of a dead-letter queue, messages a second. "StartMessageMoveTask" */
export const FASTEST_MOVE = 500

/** Most move tasks that are listed. "ListMessageMoveTasks" */
export const MOST_TASKS_LISTED = 10

/** From here on a message doesn't count for the age of the oldest. "Available CloudWatch metrics for Amazon SQS" */
export const POISONED_AFTER_RECEIVES = 3

/** How long an unused queue still reports metrics. "Available CloudWatch metrics for Amazon SQS" */
export const ACTIVE_FOR: Duration = hours(6)

/** Size at which a file of messages is closed and the next one begun, bytes. Ours. */
export const SEGMENT_BYTES = 4 * 1024 ** 2
