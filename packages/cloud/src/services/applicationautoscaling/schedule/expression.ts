import { type Duration, days, hours, type Instant, messageOf, minutes } from '@terrace/kit'
import { Cron } from 'croner'
import { ValidationException } from '../errors.ts'

/** When a scheduled action is carried out. */
export interface Schedule {
  /** The first moment after that one; nothing when there is none. */
  after(moment: Instant): Instant | undefined
}

const UNITS: Readonly<Record<string, Duration>> = { minute: minutes(1), hour: hours(1), day: days(1) }

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
    if (kind === 'rate') return rate(inside, from)
    if (kind === 'cron') return cron(inside, timeZone)
  } catch (error) {
    throw invalid(expression, messageOf(error))
  }
  throw invalid(expression, 'it must be at(…), rate(…) or cron(…)')
}

const invalid = (expression: string, why: string) =>
  new ValidationException(`Schedule expression ${expression} is invalid: ${why}`)

// Only the calendar is the library's: paused, it starts no timer, and time comes from our clock.
function at(text: string, timeZone: string): Schedule {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) throw new Error('a moment is yyyy-mm-ddThh:mm:ss')
  const full = text.length === 16 ? `${text}:00` : text
  const moment = new Cron(full, { timezone: timeZone, paused: true }).nextRun(new Date(0))?.getTime()
  return { after: before => (moment !== undefined && moment > before ? moment : undefined) }
}

function rate(text: string, from: Instant): Schedule {
  const [, amount = '', unit = ''] = /^(\d+)\s+(minute|hour|day)s?$/.exec(text.trim()) ?? []
  const step = Number(amount) * (UNITS[unit] ?? 0)
  if (!(step > 0)) throw new Error('a rate is a number and minute(s), hour(s) or day(s)')
  return { after: before => (before < from ? from : from + (Math.floor((before - from) / step) + 1) * step) }
}

function cron(text: string, timeZone: string): Schedule {
  const fields = text.trim().split(/\s+/)
  if (fields.length !== 6) throw new Error('it needs six fields')
  const [minute = '', hour = '', day = '', month = '', weekday = '', year = ''] = fields
  if (day !== '?' && weekday !== '?') throw new Error('day of the month or day of the week must be ?')
  const pattern = ['0', minute, hour, any(day), month, weekdays(any(weekday)), year].join(' ')
  const calendar = new Cron(pattern, { timezone: timeZone, paused: true, sloppyRanges: true })
  return { after: before => calendar.nextRun(new Date(before))?.getTime() }
}

const any = (field: string): string => (field === '?' ? '*' : field)

// AWS counts from 1 for Sunday, the library from 0; what follows # or / is no day.
const weekdays = (field: string): string =>
  field.replace(/(^|[,-])(\d)/g, (_, before: string, day: string) => `${before}${Number(day) - 1}`)

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
