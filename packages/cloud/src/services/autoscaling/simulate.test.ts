import { days, hours, type Instant, minutes } from '@terrace/kit'
import type { GroupPolicy } from '@terrace/model'
import { expect, it } from 'vitest'
import { type Simulation, simulate } from './testing/simulate.ts'

const CPU: GroupPolicy = {
  type: 'TargetTrackingScaling',
  metric: { kind: 'predefined', type: 'ASGAverageCPUUtilization' },
  target: 50,
  disableScaleIn: false,
  instanceWarmup: minutes(3),
}

/** Little work at night, six busy instances' worth at three in the afternoon. */
const workday = (at: Instant): number => 1 + 5 * Math.max(0, Math.cos(((at - hours(15)) / days(1)) * 2 * Math.PI))

const DAY: Simulation = {
  seed: 'a day',
  group: { minSize: 2, desiredCapacity: 2, maxSize: 20 },
  policies: [{ name: 'cpu', policy: CPU }],
  load: workday,
  duration: days(1),
  noise: 0.05,
}

it('scales through a day: up in the morning, down in the evening, within its bounds, in seconds', async () => {
  const before = process.threadCpuUsage()
  const { minutes: day } = await simulate(DAY)
  const { user, system } = process.threadCpuUsage(before)
  // Of this thread's own time: the machine may have other things to do.
  expect((user + system) / 1_000_000).toBeLessThan(15)
  expect(day).toHaveLength(24 * 60)
  const desired = day.map(minute => minute.desired)
  expect([Math.min(...desired), Math.max(...desired)]).toEqual([2, expect.any(Number)])
  // Six instances' worth of work at half of their CPU.
  expect(Math.max(...desired)).toBeGreaterThanOrEqual(12)
  expect(Math.max(...desired)).toBeLessThanOrEqual(14)
  const at15 = day[15 * 60]
  expect(at15?.cpu).toBeLessThan(60)
  expect(day.at(-1)?.desired).toBeLessThanOrEqual(4)
  expect(day.filter(({ cpu }) => cpu > 100)).toEqual([])
})

it('is replayed from its seed, and another seed is another day', async () => {
  const short = { ...DAY, duration: hours(12), noise: 0.2 }
  const [first, again, other] = [
    await simulate(short),
    await simulate(short),
    await simulate({ ...short, seed: 'another day' }),
  ]
  expect(again).toEqual(first)
  expect(other.activities).not.toEqual(first.activities)
})

it('follows schedules and policies together', async () => {
  const { minutes: day } = await simulate({
    ...DAY,
    duration: hours(10),
    schedules: [{ name: 'morning', timeZone: 'UTC', recurrence: '0 8 * * *', minSize: 6 }],
  })
  expect(day[8 * 60 - 1]?.desired).toBeLessThan(6)
  expect(day[8 * 60 + 1]?.desired).toBeGreaterThanOrEqual(6)
})
