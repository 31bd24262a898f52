import { type Duration, days, hours, type Instant, minutes, seconds } from '@terrace/kit'
import { InvalidParameterValue } from '../errors.ts'

const SHORT_PERIODS = [1, 5, 10, 20, 30].map(seconds)

/** @throws InvalidParameterValue unless it is 1, 5, 10, 20, 30 or a multiple of 60 seconds */
export function checkPeriod(period: Duration, parameter: string): Duration {
  if (SHORT_PERIODS.includes(period) || period % minutes(1) === 0) return period
  throw new InvalidParameterValue(
    `The parameter ${parameter} must be a multiple of 60, or 1, 5, 10, 20, 30 for high-resolution metrics; it is ${period / 1000}.`,
  )
}

/**
 * The start of a request, rounded down as CloudWatch does it by its age and the period.
 * @see CloudWatch API Reference "GetMetricStatistics", StartTime
 */
export function roundStart(start: Instant, period: Duration, now: Instant): Instant {
  const age = now - start
  const grain = age > days(63) ? hours(1) : age > days(15) ? minutes(5) : minutes(1)
  const step = period < minutes(1) && age <= hours(3) ? period : grain
  return Math.floor(start / step) * step
}
