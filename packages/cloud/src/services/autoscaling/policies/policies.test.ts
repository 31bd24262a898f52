import { minutes, seconds } from '@terrace/kit'
import type { AutoScalingGroup, GroupPolicy } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { scaledTo } from '../../../scaling/tracking.ts'
import { alarmArn, testDefinition } from '../../cloudwatch/testing.ts'
import { MINUTE, type Stage, stage } from '../testing/test-group.ts'
import { lowFactor, scaledIn } from './target-tracking.ts'

/** Thresholds of `AlarmLow` that were seen (reference 2.6): 50→35 on small groups, 50→42.5 at seven instances. */
it.each([
  [1, 0.7],
  [2, 0.7],
  [4, 0.75],
  [7, 0.85],
  [10, 0.9],
  [100, 0.9],
])('with %d instances the low alarm stands at %d of the target', (capacity, factor) => {
  expect(lowFactor(capacity)).toBe(factor)
})

/** AS UG "Target tracking scaling policies": adding 1.5 adds 2, removing 1.5 removes 1. */
it.each([
  [scaledTo, 3, 75, 50, 5],
  [scaledTo, 4, 50, 50, 4],
  [scaledIn, 3, 25, 50, 2],
  [scaledIn, 10, 30, 50, 6],
  [scaledIn, 2, 0, 50, 0],
])('rounds so that the target is not exceeded (%#)', (way, capacity, metric, target, result) => {
  expect(way(capacity, metric, target)).toBe(result)
})

const CPU: GroupPolicy = {
  type: 'TargetTrackingScaling',
  metric: { kind: 'predefined', type: 'ASGAverageCPUUtilization' },
  target: 50,
  disableScaleIn: false,
}

const tracking = async (group: Partial<AutoScalingGroup>, policy: GroupPolicy = CPU) => {
  const on = await stage({ group, alarms: true })
  const booked = on.group.policies.put({ name: 'cpu', policy, enabled: true })
  return { on, booked }
}

/** Each minute one value of the group's CPU; stops early when the group has changed. */
async function cpu(on: Stage, value: number, times: number): Promise<number> {
  const before = on.group.desired
  for (let minute = 1; minute <= times; minute++) {
    const dimensions = { AutoScalingGroupName: 'library-app' }
    on.world.metrics.put({ namespace: 'AWS/EC2', name: 'CPUUtilization', dimensions, value, unit: 'Percent' })
    await on.clock.advance(MINUTE)
    if (on.group.desired !== before) return minute
  }
  return Number.POSITIVE_INFINITY
}

describe('target tracking', () => {
  it('makes two alarms of its own, and takes them away with itself', async () => {
    const { on, booked } = await tracking({ maxSize: 10 })
    await using _ = on
    const { high, low = '' } = booked.alarms ?? { high: '', low: '' }
    expect(high).toMatch(/^TargetTracking-library-app-AlarmHigh-[0-9a-f-]{36}$/)
    expect(low).toMatch(/^TargetTracking-library-app-AlarmLow-[0-9a-f-]{36}$/)
    expect(on.alarms?.stateOf(high)?.value).toBe('INSUFFICIENT_DATA')
    on.group.policies.remove('cpu')
    expect([on.alarms?.stateOf(high), on.alarms?.stateOf(low)]).toEqual([undefined, undefined])
  })

  it('scales out after three minutes above the target, in proportion, and says which alarm it was', async () => {
    const { on, booked } = await tracking({ maxSize: 10, defaultInstanceWarmup: 0 })
    await using _ = on
    const passed = await cpu(on, 90, 10)
    expect(passed).toBeGreaterThanOrEqual(3)
    expect(passed).toBeLessThanOrEqual(4)
    expect([on.group.desired, on.group.members.length]).toEqual([4, 4])
    expect(on.group.activities[0]?.cause).toMatch(
      new RegExp(
        `^At \\S+ a monitor alarm ${booked.alarms?.high} in state ALARM triggered policy cpu changing the desired capacity from 2 to 4\\.  At \\S+ an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 2 to 4\\.$`,
      ),
    )
  })

  it('scales in after fifteen minutes below 70 % of the target, and not within the band', async () => {
    const { on } = await tracking({ desiredCapacity: 3, defaultInstanceWarmup: 0 })
    await using _ = on
    expect(await cpu(on, 36, 20)).toBe(Number.POSITIVE_INFINITY)
    const passed = await cpu(on, 20, 20)
    expect(passed).toBeGreaterThanOrEqual(15)
    expect(passed).toBeLessThanOrEqual(16)
    expect(on.group.desired).toBe(2)
  })

  it('never scales in when that is disabled', async () => {
    const { on, booked } = await tracking(
      { desiredCapacity: 3, defaultInstanceWarmup: 0 },
      { ...CPU, disableScaleIn: true },
    )
    await using _ = on
    expect(booked.alarms?.low).toBeUndefined()
    expect(await cpu(on, 0, 20)).toBe(Number.POSITIVE_INFINITY)
  })

  it('counts instances that warm up, and scales in only when none does: five minutes, the default cooldown', async () => {
    const { on } = await tracking({ maxSize: 10 })
    await using _ = on
    await on.clock.advance(minutes(5))
    await cpu(on, 90, 10)
    expect(on.group.desired).toBe(4)
    // The metric of the old ones is still high: what is needed is on its way.
    expect(await cpu(on, 90, 4)).toBe(Number.POSITIVE_INFINITY)
    await cpu(on, 90, 10)
    expect(on.group.desired).toBeGreaterThan(4)
  })

  it('stays while AlarmNotification is suspended', async () => {
    const { on } = await tracking({ maxSize: 10, defaultInstanceWarmup: 0, suspendedProcesses: ['AlarmNotification'] })
    await using _ = on
    expect(await cpu(on, 90, 10)).toBe(Number.POSITIVE_INFINITY)
  })

  it('moves its low alarm as the group grows', async () => {
    await using on = await stage({ group: { maxSize: 20, defaultInstanceWarmup: 0 } })
    const thresholds: number[] = []
    on.group.connect({
      put: ({ comparison, threshold }) => comparison === 'LessThanThreshold' && thresholds.push(threshold),
      remove: () => {},
      stateOf: () => undefined,
      onAction: () => () => {},
    })
    on.group.policies.put({ name: 'cpu', policy: CPU, enabled: true })
    await on.group.setDesiredCapacity(7)
    await on.group.setDesiredCapacity(20)
    expect(thresholds).toEqual([35, 42.5, 45])
  })
})

describe('several policies', () => {
  const dimensions = { AutoScalingGroupName: 'library-app' }
  const requests: GroupPolicy = {
    type: 'TargetTrackingScaling',
    metric: { kind: 'customized', namespace: 'Library', name: 'Requests', dimensions, statistic: 'Average' },
    target: 100,
    disableScaleIn: false,
  }

  const both = async (group: Partial<AutoScalingGroup>) => {
    const { on } = await tracking({ defaultInstanceWarmup: 0, maxSize: 20, ...group })
    on.group.policies.put({ name: 'requests', policy: requests, enabled: true })
    return on
  }

  async function measure(on: Stage, cpuValue: number, requestValue: number, times: number): Promise<void> {
    for (let n = 0; n < times; n++) {
      on.world.metrics.put(
        { namespace: 'AWS/EC2', name: 'CPUUtilization', dimensions, value: cpuValue },
        { namespace: 'Library', name: 'Requests', dimensions, value: requestValue },
      )
      await on.clock.advance(MINUTE)
    }
  }

  it('that want to grow at once are outdone by the largest capacity', async () => {
    await using on = await both({})
    await measure(on, 60, 200, 4)
    expect(on.group.desired).toBe(4)
  })

  it('shrink the group only when all of them agree, and as little as the most careful one wants', async () => {
    await using on = await both({ desiredCapacity: 8 })
    await measure(on, 47, 10, 17)
    await measure(on, 10, 100, 20)
    expect(on.group.desired).toBe(8)
    await measure(on, 10, 50, 16)
    expect(on.group.desired).toBe(4)
  })
})

describe('step and simple scaling', () => {
  const steps: GroupPolicy = {
    type: 'StepScaling',
    adjustmentType: 'PercentChangeInCapacity',
    aggregation: 'Average',
    minAdjustmentMagnitude: 1,
    instanceWarmup: minutes(3),
    steps: [
      { lower: 0, upper: 10, adjustment: 10 },
      { lower: 10, adjustment: 30 },
    ],
  }

  const alarmed = async (policy: GroupPolicy, group: Partial<AutoScalingGroup>) => {
    const on = await stage({ group, alarms: true })
    const booked = on.group.policies.put({ name: 'errors', policy, enabled: true })
    const actions = { enabled: true, alarm: [booked.arn], ok: [], insufficientData: [] }
    on.alarms?.put(testDefinition('errors', { actions, threshold: 60, arn: alarmArn('errors') }))
    return on
  }

  async function errors(on: Stage, value: number, times = 1): Promise<void> {
    for (let n = 0; n < times; n++) {
      on.world.metrics.put({ namespace: 'Library', name: 'Errors', dimensions: {}, value })
      await on.clock.advance(MINUTE)
    }
  }

  // AS UG "Step scaling policies", example of instance warm-up: 10 %, then 30 % while one warms up, makes 13 of 10.
  it('adds what is missing to the step while the instances of the last one warm up', async () => {
    await using on = await alarmed(steps, { minSize: 10, desiredCapacity: 10, maxSize: 20 })
    await on.clock.advance(minutes(4))
    await errors(on, 65)
    await on.clock.advance(seconds(10))
    expect(on.group.desired).toBe(11)
    await errors(on, 75)
    await on.clock.advance(seconds(10))
    expect(on.group.desired).toBe(13)
  })

  it('a simple policy acts once, then waits for its cooldown after the activity', async () => {
    const simple: GroupPolicy = {
      type: 'SimpleScaling',
      adjustmentType: 'ChangeInCapacity',
      adjustment: 1,
      cooldown: minutes(5),
    }
    await using on = await alarmed(simple, { desiredCapacity: 1, maxSize: 10 })
    await errors(on, 100, 4)
    expect(on.group.desired).toBe(2)
    await errors(on, 100, 4)
    expect(on.group.desired).toBe(3)
  })

  it('never leaves the bounds of the group', async () => {
    const huge: GroupPolicy = { type: 'SimpleScaling', adjustmentType: 'ExactCapacity', adjustment: 50 }
    await using on = await alarmed(huge, { maxSize: 4 })
    await errors(on, 100, 2)
    expect(on.group.desired).toBe(4)
  })
})
