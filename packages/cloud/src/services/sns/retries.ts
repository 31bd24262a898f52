import { type Duration, seconds } from '@terrace/kit'
import type { RetryPolicy } from './delivery-policy.ts'
import { LONGEST_RETRYING } from './limits.ts'

/** The phases of a policy: how many retries each has; delays in seconds. */
interface Phases {
  readonly immediate: number
  readonly preBackoff: { readonly retries: number; readonly delay: number }
  readonly backoff: { readonly retries: number; readonly from: number; readonly to: number; readonly by: Backoff }
  readonly postBackoff: { readonly retries: number; readonly delay: number }
}

type Backoff = RetryPolicy['backoffFunction']

/**
 * What SNS does for endpoints of AWS: queues and functions. 100,015 attempts in 23 days.
 * @see Amazon SNS Developer Guide, "Amazon SNS message delivery retries"
 */
const AWS_MANAGED: Phases = {
  immediate: 3,
  preBackoff: { retries: 2, delay: 1 },
  backoff: { retries: 10, from: 1, to: 20, by: 'exponential' },
  postBackoff: { retries: 100_000, delay: 20 },
}

/** What SNS does for mail: 50 attempts in more than six hours. The same page. */
const MAIL: Phases = {
  immediate: 0,
  preBackoff: { retries: 2, delay: 10 },
  backoff: { retries: 10, from: 10, to: 600, by: 'exponential' },
  postBackoff: { retries: 38, delay: 600 },
}

/** The delays before each retry at an endpoint of AWS. */
export const awsManagedDelays = (): Generator<Duration> => delaysOf(AWS_MANAGED)

/** The delays before each retry of a mail. */
export const mailDelays = (): Generator<Duration> => delaysOf(MAIL)

/** The delays before each retry over HTTP: they end after an hour, whatever the policy says. */
export function* httpDelays(policy: RetryPolicy): Generator<Duration> {
  const { numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries, numRetries } = policy
  let total = 0
  const phases: Phases = {
    immediate: numNoDelayRetries,
    preBackoff: { retries: numMinDelayRetries, delay: policy.minDelayTarget },
    backoff: {
      retries: numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries,
      from: policy.minDelayTarget,
      to: policy.maxDelayTarget,
      by: policy.backoffFunction,
    },
    postBackoff: { retries: numMaxDelayRetries, delay: policy.maxDelayTarget },
  }
  for (const delay of delaysOf(phases)) {
    total += delay
    if (total > LONGEST_RETRYING) return
    yield delay
  }
}

function* delaysOf({ immediate, preBackoff, backoff, postBackoff }: Phases): Generator<Duration> {
  for (let i = 0; i < immediate; i++) yield 0
  for (let i = 0; i < preBackoff.retries; i++) yield seconds(preBackoff.delay)
  for (let i = 0; i < backoff.retries; i++) yield Math.round(seconds(backoffDelay(backoff, i)))
  for (let i = 0; i < postBackoff.retries; i++) yield seconds(postBackoff.delay)
}

/**
 * From the first to the last delay on the way of the function's name. differs: AWS draws the functions without numbers, and
 * jitters them
 */
function backoffDelay({ retries, from, to, by }: Phases['backoff'], index: number): number {
  const way = retries > 1 ? index / (retries - 1) : 0
  switch (by) {
    case 'linear':
      return from + (to - from) * way
    case 'arithmetic':
      return from + ((to - from) * (way + way ** 2)) / 2
    case 'geometric':
      return from + (to - from) * way ** 2
    case 'exponential':
      return from * (to / from) ** way
  }
}
