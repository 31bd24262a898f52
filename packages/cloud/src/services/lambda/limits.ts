import { hours, minutes, seconds } from '@terrace/kit'

// Source of every limit: Lambda Developer Guide, "Lambda quotas", where nothing else is said. Read 2026-11-22.

/** Longest payload and answer of a synchronous invocation, bytes. */
export const LONGEST_PAYLOAD = 6 * 1024 * 1024

/** Longest event of an asynchronous invocation, bytes: 1 MB since October 2025. */
export const LONGEST_EVENT = 1024 * 1024

/** Executions at once of all functions of an account. */
export const ACCOUNT_CONCURRENCY = 1000

/** What reservations must leave for functions without one. "Configuring reserved concurrency for a function" */
export const LEAST_UNRESERVED = 100

/** Longest time-out of a function, seconds. */
export const LONGEST_TIMEOUT_SECONDS = 900

/** Memory of a function, MiB. */
export const LEAST_MEMORY_MIB = 128
export const MOST_MEMORY_MIB = 10_240

/** Longest environment of a function, bytes of its JSON. */
export const LONGEST_ENVIRONMENT = 4096

/** Unpacked code of a function, bytes. */
export const LARGEST_CODE = 250 * 1024 * 1024

/** Longest resource policy, bytes. */
export const LONGEST_POLICY = 20 * 1024

/** What `LogType: Tail` gives of the log, bytes. "Invoke" */
export const LOG_TAIL = 4096

/** How long the code outside of the handler may take. "Lambda runtime environment lifecycle" */
export const LONGEST_INIT = seconds(10)

/** How long a process without work is kept. differs: AWS doesn't say how long; it costs memory here */
export const IDLE_TIME = minutes(5)

/** How long a process is used at all; its credentials hold longer. */
export const LONGEST_LIFE = hours(2)

/** Waits before the second and the third try of an asynchronous event. "Asynchronous invocation" */
export const RETRY_WAITS = [minutes(1), minutes(2)] as const

/** Longest age of an asynchronous event, and tries after the first one, where nothing else is set. */
export const EVENT_AGE = hours(6)
export const EVENT_RETRIES = 2

/** First and longest wait after a throttled try. The same page */
export const THROTTLE_WAIT = seconds(1)
export const LONGEST_THROTTLE_WAIT = minutes(5)

/** Batches of a queue at once in the beginning, more of them a minute, and at most. "Configuring scaling behavior for SQS" */
export const FIRST_BATCHES = 5
export const MORE_BATCHES_A_MINUTE = 300
export const MOST_BATCHES = 1000

/** Items on a page of a list. */
export const LARGEST_PAGE = 50
