import { days } from '@terrace/kit'

// Amazon SES Developer Guide "Service quotas in Amazon SES" and Amazon SES API v2 Reference, read 2026-11-20, unless said.

/** Most recipients of one message, in To, Cc and Bcc together; most entries of a bulk call. */
export const MOST_RECIPIENTS = 50

/** Longest message of version 2 of the API, bytes with its attachments, after encoding. */
export const LONGEST_MESSAGE = 40 * 1024 ** 2

/** Longest message of version 1 of the API, bytes. */
export const LONGEST_MESSAGE_OF_VERSION_1 = 10 * 1024 ** 2

/** Longest body of a call: 40 MiB in base64, and what stands around them. */
export const LONGEST_CALL = 56 * 1024 ** 2

/** Most header fields that a caller may add to a message, and their lengths in characters. */
export const MOST_HEADERS = 15
export const LONGEST_HEADER_NAME = 126
export const LONGEST_HEADER_VALUE = 870

/** Most tags of a message. */
export const MOST_TAGS = 50

/** Longest address, and longest part before the @, characters. RFC 5321, 4.5.3.1. */
export const LONGEST_ADDRESS = 320
export const LONGEST_LOCAL_PART = 64

/** Largest template, bytes of its three parts together. */
export const LARGEST_TEMPLATE = 500 * 1024

/** Largest data of a template, characters. */
export const LONGEST_TEMPLATE_DATA = 262_144

/** Most of each in a region. */
export const MOST_TEMPLATES = 20_000
export const MOST_IDENTITIES = 10_000
export const MOST_CONFIGURATION_SETS = 10_000
export const MOST_EVENT_DESTINATIONS = 10

/** Most policies of an identity, and longest of them, characters. */
export const MOST_POLICIES = 20
export const LONGEST_POLICY = 20_480

/** Templates on a page at most, and how many there are when the caller doesn't say. */
export const LARGEST_TEMPLATE_PAGE = 100
export const TEMPLATE_PAGE = 10

/** Anything else on a page at most. */
export const LARGEST_PAGE = 1000

/** What the daily quota counts. */
export const QUOTA_WINDOW = days(1)

/** How much may be sent: recipients in 24 hours, and in a second. */
export interface Quota {
  readonly perDay: number
  readonly perSecond: number
}

/** Of an account in the sandbox. "Request production access". */
export const SANDBOX: Quota = { perDay: 200, perSecond: 1 }

/** Of any other. differs: AWS gives each account its own, often 50,000 and 14; here they stay out of the way. */
export const PRODUCTION: Quota = { perDay: 10_000_000, perSecond: 1000 }

/** Most messages in the inbox; the oldest make room. Our own. */
export const MOST_KEPT = 10_000
