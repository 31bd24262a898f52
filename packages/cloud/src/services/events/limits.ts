import { days, minutes, seconds } from '@terrace/kit'

// Sources: "Amazon EventBridge quotas" (EventBridge User Guide), EventBridge API Reference, and "More room to build" (AWS
// Compute Blog, January 2026) for the size of events.

/** Most entries of a call of PutEvents. */
export const MOST_ENTRIES = 10
/** Bytes of all entries of a call together. */
export const LARGEST_ENTRIES = 1024 * 1024
/** Bytes that a time counts for. */
export const TIME_BYTES = 14
/** Depth of objects and lists in an event. */
export const DEEPEST_EVENT = 1000

export const MOST_TARGETS = 5
export const MOST_RULES = 300
export const MOST_BUSES = 100
export const MOST_TAGS = 50
/** Characters. */
export const LONGEST_PATTERN = 4096
export const LONGEST_POLICY = 10_240
/** Alternatives of `$or` in a pattern, multiplied with one another. */
export const MOST_ALTERNATIVES = 1000
/** What patterns may compare numbers with. */
export const LARGEST_NUMBER = 5e9
export const LARGEST_PAGE = 100

/** Until an event is given up, unless the target says less. */
export const RETRY_AGE = days(1)
export const RETRY_ATTEMPTS = 185
/** The first wait; every one after it is twice as long. AWS doesn't say how long its own are. */
export const FIRST_RETRY = seconds(1)
/** 185 tries of that length are about a day. */
export const LONGEST_RETRY = minutes(10)
