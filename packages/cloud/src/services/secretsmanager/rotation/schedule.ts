import { days, hours, type Instant, messageOf } from '@terrace/kit'
import { Cron } from 'croner'
import { InvalidParameter } from '../errors.ts'
import { dayOf, type RotationRules } from '../secret.ts'

/**
 * When the next window for a rotation begins.
 *
 * @param since  the last rotation, or when the rules were set
 * @throws InvalidParameter
 * @see Secrets Manager User Guide "Rotation schedules", "Rotation windows"
 */
export function nextWindow({ days: every, expression = '' }: RotationRules, since: Instant): Instant {
  if (every !== undefined) return dayOf(since + days(every))
  const [, kind, inside = ''] = /^(rate|cron)\((.*)\)$/.exec(expression.trim()) ?? []
  if (kind === 'rate') return rate(inside, since, expression)
  if (kind === 'cron') return cron(inside, since, expression)
  throw invalid(expression, 'it must be rate(…) or cron(…)')
}

/** When a window ends: a schedule in hours has windows of an hour, any other the rest of the day, unless they say. */
export function endOfWindow({ windowHours, expression = '' }: RotationRules, begins: Instant): Instant {
  if (windowHours !== undefined) return begins + hours(windowHours)
  return expression.includes('hour') ? begins + hours(1) : dayOf(begins) + days(1)
}

/** @throws InvalidParameter */
export function checkRules(rules: RotationRules): void {
  if (rules.days !== undefined && rules.expression !== undefined) {
    throw new InvalidParameter("You can't specify both AutomaticallyAfterDays and ScheduleExpression.")
  }
  if (rules.days === undefined && rules.expression === undefined) {
    throw new InvalidParameter('RotationRules need AutomaticallyAfterDays or ScheduleExpression.')
  }
  if (rules.windowHours !== undefined && (rules.windowHours < 1 || rules.windowHours > 24)) {
    throw new InvalidParameter('Duration must be between 1h and 24h.')
  }
  nextWindow(rules, 0)
}

function rate(text: string, since: Instant, expression: string): Instant {
  const [, amount = '', unit] = /^(\d+) (hour|day)s?$/.exec(text.trim()) ?? []
  const number = Number(amount)
  if (unit === 'day' && number >= 1 && number <= 999) return dayOf(since + days(number))
  if (unit === 'hour' && number >= 4 && number <= 999) return since + hours(number)
  throw invalid(expression, 'a rate is 4 to 999 hours or 1 to 999 days')
}

/** Minutes are 0, days of the week count from 1 for Sunday. */
function cron(text: string, since: Instant, expression: string): Instant {
  const [minute, hour, day = '', month, weekday = '', year, ...more] = text.trim().split(/\s+/)
  if (year !== '*' || more.length > 0) throw invalid(expression, 'it has six fields, and the year is *')
  if (minute !== '0') throw invalid(expression, 'the minutes must be 0')
  if (day !== '?' && weekday !== '?') throw invalid(expression, 'day of the month or day of the week must be ?')
  const pattern = ['0', minute, hour, any(day), month, any(weekday).replace(/(?<![#\d])[1-7]/g, lessOne)].join(' ')
  try {
    // Only the calendar is the library's: paused, it starts no timer, and time comes from our clock.
    const next = new Cron(pattern, { timezone: 'UTC', paused: true }).nextRun(new Date(since))
    if (next) return next.getTime()
  } catch (error) {
    throw invalid(expression, messageOf(error))
  }
  throw invalid(expression, 'there is no such moment')
}

const any = (field: string) => (field === '?' ? '*' : field)
const lessOne = (digit: string) => String(Number(digit) - 1)

const invalid = (expression: string, why: string) =>
  new InvalidParameter(`Invalid ScheduleExpression ${expression}: ${why}.`)
