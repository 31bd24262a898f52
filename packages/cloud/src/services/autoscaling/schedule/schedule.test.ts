import { hours, minutes } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { MINUTE, stage } from '../testing/test-group.ts'
import { readRecurrence } from './recurrence.ts'

const run = (expression: string, zone: string, from: string, times: number): string[] => {
  const recurrence = readRecurrence(expression, zone)
  const moments: string[] = []
  let moment: number | undefined = Date.parse(from)
  for (let n = 0; n < times && moment !== undefined; n++) {
    moment = recurrence.after(moment)
    if (moment !== undefined) moments.push(new Date(moment).toISOString().replace(':00.000Z', ''))
  }
  return moments
}

/** AS UG "Scheduled scaling": five fields, UTC unless a zone is given, daylight saving counts in zones that have it. */
describe.each([
  ['30 0 1 1,6,12 *', 'UTC', '2026-01-01T01:00:00Z', ['2026-06-01T00:30', '2026-12-01T00:30']],
  ['*/20 8-9 * * 1-5', 'UTC', '2026-01-02T09:30:00Z', ['2026-01-02T09:40', '2026-01-05T08:00']],
  // Berlin changes to summer time on 29 March 2026, and back on 25 October 2026.
  ['0 9 * * *', 'Europe/Berlin', '2026-03-27T12:00:00Z', ['2026-03-28T08:00', '2026-03-29T07:00']],
  ['0 9 * * *', 'Europe/Berlin', '2026-10-23T12:00:00Z', ['2026-10-24T07:00', '2026-10-25T08:00']],
  ['0 9 * * *', 'America/New_York', '2026-03-07T15:00:00Z', ['2026-03-08T13:00', '2026-03-09T13:00']],
])('the recurrence %s in %s', (expression, zone, from, moments) => {
  it(`is next at ${moments.join(' and ')}`, () => {
    expect(run(expression, zone, from, moments.length)).toEqual(moments)
  })
})

it.each([
  ['0 0 * *', 'UTC', 'it needs five fields'],
  ['0 0 0 * * *', 'UTC', 'it needs five fields'],
  ['61 0 * * *', 'UTC', 'Given recurrence string: 61 0 * * * is invalid'],
  ['0 0 * * *', 'Europe/Nowhere', 'The time zone "Europe/Nowhere" is not valid'],
])('refuses %s in %s by name', (expression, zone, said) => {
  expect(() => readRecurrence(expression, zone)).toThrow(said)
})

describe('a scheduled action', () => {
  it('sets what it says, each time, with AWS’s words', async () => {
    await using on = await stage()
    on.group.scheduled.put({ name: 'morning', timeZone: 'UTC', recurrence: '0 8 * * *', minSize: 3, maxSize: 6 })
    await on.clock.advance(hours(8))
    expect([on.group.definition.minSize, on.group.definition.maxSize, on.group.desired]).toEqual([3, 6, 3])
    expect(on.group.activities[0]?.cause).toBe(
      'At 2026-01-01T08:00:00Z the scheduled action morning executed. Setting min size from 1 to 3. Setting max size from 4 to 6.  ' +
        'At 2026-01-01T08:00:00Z an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 2 to 3.',
    )
    expect(on.group.scheduled.all[0]?.next).toBe(Date.parse('2026-01-02T08:00:00Z'))
  })

  it('runs once without a recurrence, and is gone', async () => {
    await using on = await stage()
    const start = on.clock.now() + hours(2)
    on.group.scheduled.put({ name: 'once', timeZone: 'UTC', start, desiredCapacity: 4 })
    await on.clock.advance(hours(2))
    expect([on.group.desired, on.group.scheduled.all]).toEqual([4, []])
  })

  it('ends with its end time', async () => {
    await using on = await stage()
    const end = on.clock.now() + hours(3)
    on.group.scheduled.put({ name: 'ending', timeZone: 'UTC', recurrence: '0 * * * *', end, desiredCapacity: 4 })
    await on.clock.advance(hours(4))
    expect(on.group.scheduled.all).toEqual([])
  })

  it('is not made up for after it was suspended', async () => {
    await using on = await stage({ group: { suspendedProcesses: ['ScheduledActions'] } })
    on.group.scheduled.put({ name: 'hourly', timeZone: 'UTC', recurrence: '0 * * * *', desiredCapacity: 4 })
    await on.clock.advance(hours(1) + MINUTE)
    on.group.resume(['ScheduledActions'])
    await on.clock.advance(minutes(30))
    expect(on.group.desired).toBe(2)
    await on.clock.advance(minutes(30))
    expect(on.group.desired).toBe(4)
  })

  it.each([
    [{ recurrence: '0 * * * *' }, 'At least one of MinSize, MaxSize and DesiredCapacity'],
    [{ desiredCapacity: 1 }, 'Either a start time or a recurrence'],
    [{ desiredCapacity: 1, start: 1 }, 'Given start time is in the past'],
    [{ desiredCapacity: 1, recurrence: '0 * * * *', end: 1 }, 'Given end time is before the start time'],
  ])('is refused when it makes no sense (%#)', async (schedule, said) => {
    await using on = await stage()
    expect(() => on.group.scheduled.put({ name: 'bad', timeZone: 'UTC', ...schedule })).toThrow(said)
  })
})
