import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Days, FLAPPING_FILE, flappingPlot, simulateDays } from './page.ts'
import { changesOfDirection, type Moment } from './simulate-day.ts'

describe('a day of the removal tier', () => {
  let days: Days
  beforeAll(async () => {
    days = await simulateDays()
  }, 60_000)
  const between = (moments: readonly Moment[], from: number, to: number) => moments.slice(from * 60, to * 60)

  it('Q-09: goes up, down at lunch, up and down with the shipped policies, and everybody is served', () => {
    const { shipped } = days
    // Morning up, lunch down, afternoon up, evening down; one more each way where the schedule of the evening cuts in.
    expect(changesOfDirection(shipped)).toBeLessThanOrEqual(5)
    expect(changesOfDirection(between(shipped, 0, 19))).toBe(3)
    expect(shipped.filter(({ cpu }) => cpu > 100)).toEqual([])
    expect(Math.max(...shipped.map(({ desired }) => desired))).toBe(6)
  })

  it('Q-09: flaps with the original policies', () => {
    expect(changesOfDirection(days.original)).toBeGreaterThan(50)
  })

  it('Q-08: has the size of the day when working hours begin, and one instance in the night', () => {
    const { shipped } = days
    expect(shipped.at(8 * 60 + 5)?.desired).toBeGreaterThanOrEqual(2)
    expect(shipped.at(-1)?.desired).toBe(1)
  })

  it('Q-09: is drawn in the README as it is; npm run flapping -w systems/quiz draws it again', () => {
    expect(readFileSync(FLAPPING_FILE, 'utf8')).toBe(flappingPlot(days))
  })
})
