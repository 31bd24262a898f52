import { type Instant, messageOf } from '@terrace/kit'
import { Cron } from 'croner'
import { isTimeZone, type Recurrence, readCron, readRate } from '../../../calendar/expression.ts'
import { ValidationException } from '../errors.ts'

/** When a scheduled action is carried out. */
export type Schedule = Recurrence

/**
 * Reads `at(2026-11-22T10:00:00)`, `rate(5 minutes)` or `cron(minute hour day month weekday year)`. Times are in the time
 * zone; daylight saving counts.
 *
 * @param from  where rates count from: the start time of the action, or its creation
 * @throws ValidationException
 * @see Application Auto Scaling User Guide, "Schedule recurring scaling actions using cron expressions"
 */
export function readSchedule(expression: string, timeZone: string, from: Instant): Schedule {
  if (!isTimeZone(timeZone)) throw new ValidationException(`The time zone ${timeZone} is not valid.`)
  const [, kind = '', inside = ''] = /^(at|rate|cron)\((.*)\)$/.exec(expression.trim()) ?? []
  try {
    if (kind === 'at') return at(inside, timeZone)
    if (kind === 'rate') return readRate(inside, from)
    if (kind === 'cron') return readCron(inside, timeZone)
  } catch (error) {
    throw invalid(expression, messageOf(error))
  }
  throw invalid(expression, 'it must be at(…), rate(…) or cron(…)')
}

const invalid = (expression: string, why: string) =>
  new ValidationException(`Schedule expression ${expression} is invalid: ${why}`)

function at(text: string, timeZone: string): Schedule {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) throw new Error('a moment is yyyy-mm-ddThh:mm:ss')
  const full = text.length === 16 ? `${text}:00` : text
  // Only the calendar is the library's: paused, it starts no timer.
  const moment = new Cron(full, { timezone: timeZone, paused: true }).nextRun(new Date(0))?.getTime()
  return { after: before => (moment !== undefined && moment > before ? moment : undefined) }
}
