import { type Duration, days, hours, minutes, seconds } from '@terrace/kit'

// Amazon SNS API Reference of the action, and Amazon SNS Developer Guide "Amazon SNS endpoints and quotas" (AWS General
// Reference), unless another page is named. Read 2026-11-22.

/** Longest name of a topic, characters, `.fifo` included. "CreateTopic" */
export const LONGEST_NAME = 256

/** Most topics of an account: standard, FIFO. */
export const MOST_TOPICS = 100_000
export const MOST_FIFO_TOPICS = 1000

/** Longest `DisplayName`, characters. "CreateTopic" */
export const LONGEST_DISPLAY_NAME = 100

/** Most subscriptions of a FIFO topic. */
export const MOST_FIFO_SUBSCRIPTIONS = 100

/** Largest message, and all messages of a batch together, bytes: body and attributes. "Publish" */
export const LARGEST_MESSAGE_BYTES = 262_144

/** Longest subject, characters. "Publish" */
export const LONGEST_SUBJECT = 100

/** Most messages of one `PublishBatch`. */
export const MOST_IN_BATCH = 10

/** Longest message group and deduplication ids, characters. "Publish" */
export const LONGEST_ID = 128

/** Most attributes of a message whose subscription delivers it raw. "Amazon SNS message attributes" */
export const MOST_RAW_ATTRIBUTES = 10

/** How long a FIFO topic knows a message again. "Message deduplication for FIFO topics" */
export const DEDUPLICATION_INTERVAL: Duration = minutes(5)

/** How long a subscription can be confirmed, and stays in the list before that. "Subscribe" */
export const TOKEN_VALIDITY: Duration = days(2)

/** Topics and subscriptions on a page of a list. "ListTopics", "ListSubscriptions" */
export const PAGE = 100

/** Most tags of a topic. "TagResource" */
export const MOST_TAGS = 50

/** Most keys of a filter policy, most combinations of its values, and largest one in bytes. "Filter policy constraints" */
export const MOST_FILTER_KEYS = 5
export const MOST_FILTER_COMBINATIONS = 150
export const LARGEST_FILTER_BYTES = 262_144

/** Most filter policies of a topic. "Filter policy constraints" */
export const MOST_FILTERS = 200

/** Numbers in filter policies, either sign, and the digits behind the point that count. "Filter policy constraints" */
export const LARGEST_FILTER_NUMBER = 1e9
export const FILTER_NUMBER_DIGITS = 5

/** How long an HTTP endpoint may take to answer. "Fanout to HTTP/S endpoints" */
export const HTTP_ANSWER: Duration = seconds(15)

/** All retries of a delivery policy together. "Amazon SNS message delivery retries" */
export const LONGEST_RETRYING: Duration = hours(1)

/** Most retries of a delivery policy, and longest delay between two of them, seconds. */
export const MOST_RETRIES = 100
export const LONGEST_DELAY_SECONDS = 3600
