import { hours, minutes } from '@terrace/kit'

// Source where nothing else is named: WAF Developer Guide, "AWS WAF quotas".

/** WCU of a web ACL, and of a rule group. Above 1500, a web ACL costs more. */
export const MOST_CAPACITY = 5000
/** Characters of a regular expression. */
export const LONGEST_EXPRESSION = 512
/** Expressions of a set. */
export const MOST_EXPRESSIONS = 10
/** Ranges of an IP set. */
export const MOST_ADDRESSES = 10_000
/** Of each kind in a scope. */
export const MOST_OF_A_KIND = 100
/** Least limit of a rate. */
export const LEAST_RATE = 10
/** Windows of a rate, seconds. */
export const RATE_WINDOWS: readonly number[] = [60, 120, 300, 600]
/** Words that labels of rules don't have. @see WAF Developer Guide, "Label syntax and naming requirements in AWS WAF" */
export const RESERVED_LABELS: readonly string[] = [
  'aws',
  'waf',
  'awswaf',
  'rulegroup',
  'webacl',
  'regexpatternset',
  'ipset',
  'managed',
]
/** @see API Reference, VisibilityConfig */
export const RESERVED_METRICS: readonly string[] = ['All', 'Default_Action']
/** Items on a page. */
export const LARGEST_PAGE = 100
/** How long samples are kept. @see API Reference, GetSampledRequests */
export const SAMPLES_KEPT = hours(3)
/** Requests of which a sample is taken. @see API Reference, GetSampledRequests */
export const MOST_SAMPLED = 5000
/** Requests of a web ACL that are kept to be shown. */
export const MOST_SAMPLES = 2000
/** Files of records in a bucket. @see WAF Developer Guide, "Sending logs to an Amazon S3 bucket" */
export const LOG_FILE_INTERVAL = minutes(5)
/** Records that wait for their file; then it is written at once. */
export const MOST_WAITING_RECORDS = 50_000
export const MOST_TAGS = 50
