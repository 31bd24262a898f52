import { type Duration, days, hours, type Instant, minutes } from '@terrace/kit'
import { Cron } from 'croner'

/** When something recurs. */
export interface Recurrence {
  /** The first moment after that one; nothing when there is none. */
  after(moment: Instant): Instant | undefined
}

const UNITS: Readonly<Record<string, Duration>> = { minute: minutes(1), hour: hours(1), day: days(1) }

/**
 * What stands in `rate(…)`: `5 minutes`. AWS takes the singular for 1 alone; callers that do so check it.
 *
 * @param from  where it counts from: that moment is one of its own
 * @throws Error that says what is wrong
 */
export function readRate(text: string, from: Instant): Recurrence {
  const [, amount = '', unit = ''] = /^(\d+)\s+(minute|hour|day)s?$/.exec(text.trim()) ?? []
  const step = Number(amount) * (UNITS[unit] ?? 0)
  if (!(step > 0)) throw new Error('a rate is a number and minute(s), hour(s) or day(s)')
  return { after: before => (before < from ? from : from + (Math.floor((before - from) / step) + 1) * step) }
}

/**
 * What stands in AWS's `cron(…)`: minute, hour, day of the month, month, day of the week (1 is Sunday) and year, one of the
 * two days being `?`; with `L`, `W` and `#`. Daylight saving counts in zones that have it.
 *
 * @param timeZone  IANA name
 * @throws Error that says what is wrong
 * @see Amazon EventBridge User Guide, "Setting a schedule pattern for scheduled rules"
 */
export function readCron(text: string, timeZone: string): Recurrence {
  const fields = text.trim().split(/\s+/)
  if (fields.length !== 6) throw new Error('it needs six fields')
  const [minute = '', hour = '', day = '', month = '', weekday = '', year = ''] = fields
  if (day !== '?' && weekday !== '?') throw new Error('day of the month or day of the week must be ?')
  const pattern = ['0', minute, hour, any(day), month, weekdays(any(weekday)), year].join(' ')
  // Only the calendar is the library's: paused, it starts no timer, and time comes from our clock.
  const calendar = new Cron(pattern, { timezone: timeZone, paused: true, sloppyRanges: true })
  return { after: before => calendar.nextRun(new Date(before))?.getTime() }
}

/** Whether it is a name of IANA's time zones. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const any = (field: string): string => (field === '?' ? '*' : field)

// AWS counts from 1 for Sunday, the library from 0; what follows # or / is no day, and L alone is the week's last one.
const weekdays = (field: string): string =>
  field === 'L'
    ? '6'
    : field.replace(/(^|[,-])(\d)/g, (_, before: string, day: string) => `${before}${Number(day) - 1}`)
