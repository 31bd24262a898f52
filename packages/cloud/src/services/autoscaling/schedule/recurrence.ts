import { type Instant, messageOf } from '@terrace/kit'
import { Cron } from 'croner'
import { ValidationError } from '../errors.ts'

/** When something recurs. */
export interface Recurrence {
  /** The first moment after that one; nothing when there is none. */
  after(moment: Instant): Instant | undefined
}

/**
 * Reads a recurrence of five fields: minute, hour, day of the month, month, day of the week. Daylight saving counts in
 * zones that have it.
 *
 * @param timeZone  IANA name
 * @throws ValidationError
 * @see Amazon EC2 Auto Scaling User Guide, "Scheduled scaling for Amazon EC2 Auto Scaling"
 */
export function readRecurrence(expression: string, timeZone: string): Recurrence {
  if (expression.trim().split(/\s+/).length !== 5) throw invalid(expression)
  if (!isTimeZone(timeZone)) throw new ValidationError(`The time zone "${timeZone}" is not valid`)
  try {
    // Only the calendar is the library's: without a function it starts no timer, and time comes from our clock.
    const cron = new Cron(expression, { timezone: timeZone, paused: true })
    return { after: moment => cron.nextRun(new Date(moment))?.getTime() }
  } catch (error) {
    throw invalid(expression, messageOf(error))
  }
}

const invalid = (expression: string, why = 'it needs five fields') =>
  new ValidationError(`Given recurrence string: ${expression} is invalid: ${why}`)

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
