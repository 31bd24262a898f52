import { type Instant, messageOf } from '@terrace/kit'
import { type Recurrence, readCron, readRate } from '../../calendar/expression.ts'
import { ValidationException } from './errors.ts'

const MONTHS = 'JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC'
const WEEKDAYS = 'SUN|MON|TUE|WED|THU|FRI|SAT'

/** Field → what may stand in it, between commas. */
const FIELDS: readonly { readonly name: string; readonly item: RegExp; readonly from: number; readonly to: number }[] =
  [
    { name: 'minutes', item: items('\\d{1,2}'), from: 0, to: 59 },
    { name: 'hours', item: items('\\d{1,2}'), from: 0, to: 23 },
    { name: 'day of the month', item: items('\\d{1,2}', '|\\?|LW?|\\d{1,2}W'), from: 1, to: 31 },
    { name: 'month', item: items(`\\d{1,2}|${MONTHS}`), from: 1, to: 12 },
    {
      name: 'day of the week',
      item: items(`[1-7]|${WEEKDAYS}`, `|\\?|L|(?:[1-7]|${WEEKDAYS})(?:L|#[1-5])`),
      from: 1,
      to: 7,
    },
    { name: 'year', item: items('\\d{4}'), from: 1970, to: 2199 },
  ]

function items(one: string, more = ''): RegExp {
  return new RegExp(`^(?:\\*|(?:\\*|(?:${one})(?:-(?:${one}))?)(?:/\\d{1,4})?${more})$`, 'i')
}

/**
 * Reads the schedule of a rule: `rate(5 minutes)`, `cron(0 12 * * ? *)`, in UTC.
 *
 * @param from  when the rule got it: a rate runs the first time one interval later
 * @throws ValidationException
 * @see Amazon EventBridge User Guide, "Setting a schedule pattern for scheduled rules (legacy) in Amazon EventBridge"
 */
export function readSchedule(expression: string, from: Instant): Recurrence {
  const [, kind = '', inside = ''] = /^(rate|cron)\((.*)\)$/.exec(expression) ?? []
  try {
    if (kind === 'rate') {
      checkRate(inside)
      return readRate(inside, from)
    }
    if (kind === 'cron') {
      checkCron(inside)
      return readCron(inside, 'UTC')
    }
  } catch (error) {
    throw invalid(messageOf(error))
  }
  throw invalid('it must be rate(…) or cron(…)')
}

const invalid = (why: string) => new ValidationException(`Parameter ScheduleExpression is not valid. Reason: ${why}.`)

/** One minute, two minutes. */
function checkRate(text: string): void {
  const [, amount = '', unit = ''] = /^([1-9]\d{0,8}) (minutes?|hours?|days?)$/.exec(text) ?? []
  if (amount === '') throw new Error('a rate is a number and minute(s), hour(s) or day(s)')
  if ((amount === '1') === unit.endsWith('s')) throw new Error('the unit is singular for 1, and plural for more')
}

function checkCron(text: string): void {
  const fields = text.trim().split(/\s+/)
  if (fields.length !== FIELDS.length) throw new Error('a cron expression has six fields')
  for (const [index, { name, item, from, to }] of FIELDS.entries()) {
    for (const part of (fields[index] ?? '').split(',')) {
      if (!item.test(part)) throw new Error(`${part || 'nothing'} is no ${name}`)
      const [range = ''] = part.split(/[/#]/)
      const outside = (range.match(/\d+/g) ?? []).find(number => Number(number) < from || Number(number) > to)
      if (outside !== undefined) throw new Error(`${name} must be from ${from} to ${to}, not ${outside}`)
    }
  }
  if ((fields[2] === '?') === (fields[4] === '?')) {
    throw new Error('either the day of the month or the day of the week must be ?')
  }
}
