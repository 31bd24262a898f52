import { days, hours, minutes } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { ValidationException } from './errors.ts'
import { readSchedule } from './schedule.ts'
import { START } from './testing.ts'

const iso = (moment: number | undefined) =>
  moment === undefined ? undefined : new Date(moment).toISOString().slice(0, 16)

// Source: EventBridge User Guide, "Setting a schedule pattern for scheduled rules (legacy) in Amazon EventBridge".
describe('a schedule', () => {
  it.each<[string, number]>([
    ['rate(1 minute)', minutes(1)],
    ['rate(5 minutes)', minutes(5)],
    ['rate(1 hour)', hours(1)],
    ['rate(7 days)', days(7)],
  ])('%s counts from the moment at which the rule got it', (expression, interval) => {
    const schedule = readSchedule(expression, START)
    expect(schedule.after(START)).toBe(START + interval)
    expect(schedule.after(START + interval * 3)).toBe(START + interval * 4)
    expect(schedule.after(START + interval * 3 + 1)).toBe(START + interval * 4)
  })

  it.each<[string, ...string[]]>([
    ['cron(0 10 * * ? *)', '2026-11-22T10:00', '2026-11-23T10:00'],
    ['cron(15 12 * * ? *)', '2026-11-22T12:15', '2026-11-23T12:15'],
    ['cron(0 18 ? * MON-FRI *)', '2026-11-23T18:00', '2026-11-24T18:00'],
    ['cron(0 8 1 * ? *)', '2026-12-01T08:00', '2027-01-01T08:00'],
    ['cron(0/15 * * * ? *)', '2026-11-22T09:45', '2026-11-22T10:00'],
    ['cron(0/10 * ? * 2-6 *)', '2026-11-23T00:00', '2026-11-23T00:10'],
    ['cron(0/30 20-2 ? * MON *)'],
    ['cron(0 12 L * ? *)', '2026-11-30T12:00', '2026-12-31T12:00'],
    ['cron(0 12 15W * ? *)', '2026-12-15T12:00', '2027-01-15T12:00'],
    ['cron(0 12 ? * 6L *)', '2026-11-27T12:00', '2026-12-25T12:00'],
    ['cron(0 12 ? * L *)', '2026-11-28T12:00', '2026-12-05T12:00'],
    ['cron(0 12 ? * 6#2 *)', '2026-12-11T12:00', '2027-01-08T12:00'],
    ['cron(0 12 ? * SUN *)', '2026-11-22T12:00', '2026-11-29T12:00'],
    ['cron(0 12 ? * 1 *)', '2026-11-22T12:00', '2026-11-29T12:00'],
    ['cron(0 0 29 2 ? 2028-2032)', '2028-02-29T00:00', '2032-02-29T00:00'],
    ['cron(0 0 1 JAN,JUL ? *)', '2027-01-01T00:00', '2027-07-01T00:00'],
    ['cron(30 9 22 11 ? 2026)'],
  ])('%s comes at its moments, in UTC', (expression, first, second) => {
    if (expression.includes('20-2')) return expect(() => readSchedule(expression, START)).toThrow(ValidationException)
    const schedule = readSchedule(expression, START)
    const next = schedule.after(START)
    expect(iso(next)).toBe(first)
    if (next !== undefined) expect(iso(schedule.after(next))).toBe(second)
  })

  it.each([
    '',
    'rate(5)',
    'rate(5 minute)',
    'rate(1 minutes)',
    'rate(0 minutes)',
    'rate(-1 minutes)',
    'rate(1.5 hours)',
    'rate(5 weeks)',
    'rate(5 minutes) ',
    'at(2026-11-22T10:00:00)',
    'cron(0 10 * * *)',
    'cron(0 10 * * ? * *)',
    'cron(0 10 * * * *)',
    'cron(0 10 ? * ? *)',
    'cron(60 10 * * ? *)',
    'cron(0 24 * * ? *)',
    'cron(0 10 0 * ? *)',
    'cron(0 10 32 * ? *)',
    'cron(0 10 * 13 ? *)',
    'cron(0 10 ? * 8 *)',
    'cron(0 10 ? * 0 *)',
    'cron(0 10 ? * 2#6 *)',
    'cron(0 10 * * ? 1969)',
    'cron(0 10 * * ? 2200)',
    'cron(* * * * * ?)',
    'cron(a b c d e f)',
  ])('%s is refused', expression => {
    expect(() => readSchedule(expression, START)).toThrow(ValidationException)
  })
})
