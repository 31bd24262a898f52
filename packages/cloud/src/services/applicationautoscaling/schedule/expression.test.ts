import { describe, expect, it } from 'vitest'
import { readSchedule } from './expression.ts'

const next = (expression: string, timeZone: string, after: string): string | undefined => {
  const moment = readSchedule(expression, timeZone, Date.parse(after)).after(Date.parse(after))
  return moment === undefined ? undefined : new Date(moment).toISOString()
}

/** Application Auto Scaling User Guide, "Schedule recurring scaling actions using cron expressions" and its examples. */
describe('a schedule', () => {
  it.each<[string, string, string, string | undefined]>([
    ['cron(0 10 * * ? *)', 'UTC', '2026-11-22T10:00:00Z', '2026-11-23T10:00:00.000Z'],
    ['cron(15 12 * * ? *)', 'UTC', '2026-11-22T10:00:00Z', '2026-11-22T12:15:00.000Z'],
    // Monday to Friday; the 22nd is a Sunday.
    ['cron(0 18 ? * MON-FRI *)', 'UTC', '2026-11-22T10:00:00Z', '2026-11-23T18:00:00.000Z'],
    // AWS counts days from 1 for Sunday: 2 to 6 are the same ones.
    ['cron(0 18 ? * 2-6 *)', 'UTC', '2026-11-22T10:00:00Z', '2026-11-23T18:00:00.000Z'],
    ['cron(0 8 1 * ? *)', 'UTC', '2026-11-22T10:00:00Z', '2026-12-01T08:00:00.000Z'],
    ['cron(0/15 * * * ? *)', 'UTC', '2026-11-22T10:01:00Z', '2026-11-22T10:15:00.000Z'],
    ['cron(0 8 * * ? 2025)', 'UTC', '2026-11-22T10:00:00Z', undefined],
    // Summer time begins on 29 March 2026 in Berlin.
    ['cron(0 8 * * ? *)', 'Europe/Berlin', '2026-03-28T08:00:00Z', '2026-03-29T06:00:00.000Z'],
    ['rate(1 hour)', 'UTC', '2026-11-22T10:00:00Z', '2026-11-22T11:00:00.000Z'],
    ['rate(5 minutes)', 'UTC', '2026-11-22T10:00:00Z', '2026-11-22T10:05:00.000Z'],
    ['at(2026-12-24T18:00:00)', 'America/New_York', '2026-11-22T10:00:00Z', '2026-12-24T23:00:00.000Z'],
    ['at(2026-11-01T18:00:00)', 'UTC', '2026-11-22T10:00:00Z', undefined],
  ])('%s in %s is next after %s at %s', (expression, timeZone, after, expected) =>
    expect(next(expression, timeZone, after)).toBe(expected),
  )

  it.each(['cron(0 8 * * *)', 'cron(0 8 1 * MON *)', 'rate(0 minutes)', 'rate(5 weeks)', 'at(tomorrow)', '0 8 * * *'])(
    '%s is refused',
    expression => expect(() => readSchedule(expression, 'UTC', 0)).toThrow('is invalid'),
  )

  it('in a time zone that does not exist is refused', () =>
    expect(() => readSchedule('rate(1 day)', 'Mars/Base', 0)).toThrow('The time zone Mars/Base is not valid.'))
})
