import { hours } from '@terrace/kit'
import type { CreationPolicy } from '@terrace/model'
import { isoDuration } from './iso-duration.ts'
import type { PropertyReader } from './property-reader.ts'

/**
 * What the creation of an instance waits for; nothing when the policy names no signals.
 *
 * @see "CreationPolicy attribute" in the CloudFormation Template Reference: one signal, five minutes, at most twelve hours
 */
export function creationOf(policy: PropertyReader | undefined): { readonly creation?: CreationPolicy } {
  const signal = policy?.object('ResourceSignal')
  if (!signal) return {}
  const timeout = isoDuration(signal.text('Timeout') ?? 'PT5M')
  if (timeout === undefined || timeout > hours(12)) {
    throw signal.bad('Timeout', 'a duration of at most twelve hours, such as PT10M')
  }
  return { creation: { signals: signal.number('Count', { least: 0, most: MOST_SIGNALS }) ?? 1, timeout } }
}

/** The same for a group, where some of the signals may be failures. */
export function groupCreationOf(policy: PropertyReader | undefined): { readonly creation?: CreationPolicy } {
  const percent = policy
    ?.object('AutoScalingCreationPolicy')
    ?.number('MinSuccessfulInstancesPercent', { least: 0, most: 100 })
  const { creation } = creationOf(policy)
  if (!creation) return {}
  return { creation: { ...creation, ...(percent === undefined ? {} : { minSuccessfulPercent: percent }) } }
}

/** As many as a group may have instances. */
const MOST_SIGNALS = 10_000
