import type { Instant } from '@terrace/kit'

/** A number as CloudWatch writes it, in the way of Java: `50.0`, `0.5`, `1.2345678E7`, `1.0E-4`. */
export function javaDouble(value: number): string {
  const size = Math.abs(value)
  if (value === 0 || (size >= 1e-3 && size < 1e7)) return Number.isInteger(value) ? `${value}.0` : String(value)
  const [mantissa = '', exponent = ''] = value.toExponential().split('e')
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`
}

/** `2019-10-02T17:04:40.989+0000`, as notifications and events have it. */
export const alarmTime = (at: Instant): string => new Date(at).toISOString().replace('Z', '+0000')

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** `Friday 22 July, 2022 15:57:45 UTC`, as the reasons of composite alarms have it. */
export function longTime(at: Instant): string {
  const date = new Date(at)
  const day = `${DAYS[date.getUTCDay()]} ${String(date.getUTCDate()).padStart(2, '0')} ${MONTHS[date.getUTCMonth()]}`
  return `${day}, ${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} UTC`
}
