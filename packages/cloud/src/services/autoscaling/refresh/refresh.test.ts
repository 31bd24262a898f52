import { hours, minutes, seconds } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { alarmArn, testDefinition } from '../../cloudwatch/testing.ts'
import { MACHINE, MINUTE, type Stage, stage } from '../testing/test-group.ts'
import type { DesiredConfiguration } from './instance-refresh.ts'
import { batchOf, withDefaults } from './preferences.ts'

const NEW: DesiredConfiguration = {
  machine: { ...MACHINE, imageId: 'ami-2' },
  launchTemplate: { id: 'lt-2', name: 'new', version: '2' },
}
const NONE = { instanceWarmup: 0 }

const images = (on: Stage): readonly string[] => on.group.members.map(({ instance }) => instance.machine.imageId)

/** Least number of instances in service, and greatest number of those that don't end yet, seen at any step. */
function watch(on: Stage): { least: number; most: number } {
  const seen = { least: Number.POSITIVE_INFINITY, most: 0 }
  on.world.journal.subscribe(() => {
    const serving = on.group.members.filter(({ state }) => state === 'InService').length
    seen.least = Math.min(seen.least, serving)
    const staying = on.group.members.filter(({ state }) => !state.startsWith('Terminating')).length
    seen.most = Math.max(seen.most, staying)
  })
  return seen
}

/** AS UG "Instance refresh", minimum and maximum healthy percentage: the minimum is rounded up, and one at a time at least. */
it.each([
  [90, 100, 10, { launchFirst: 0, terminateFirst: 1 }],
  [90, 100, 2, { launchFirst: 0, terminateFirst: 1 }],
  [50, 100, 10, { launchFirst: 0, terminateFirst: 5 }],
  [0, 100, 10, { launchFirst: 0, terminateFirst: 10 }],
  [100, 100, 10, { launchFirst: 0, terminateFirst: 1 }],
  [100, 110, 10, { launchFirst: 1, terminateFirst: 0 }],
  [100, 110, 2, { launchFirst: 1, terminateFirst: 0 }],
  [100, 200, 4, { launchFirst: 4, terminateFirst: 0 }],
])('with %d to %d %% of %d instances a batch is %o', (min, max, desired, batch) => {
  expect(batchOf(withPercentages(min, max), desired)).toEqual(batch)
})

const withPercentages = (minHealthyPercentage: number, maxHealthyPercentage: number) => ({
  minHealthyPercentage,
  maxHealthyPercentage,
  instanceWarmup: 0,
  checkpointPercentages: [],
  checkpointDelay: 0,
  skipMatching: false,
  autoRollback: false,
  scaleInProtectedInstances: 'Wait' as const,
  standbyInstances: 'Wait' as const,
  alarms: [],
  bakeTime: 0,
})

describe('an instance refresh', () => {
  it('has the defaults of the API', async () => {
    await using on = await stage({ group: { healthChecks: { elb: true, gracePeriod: seconds(120) } } })
    expect(withDefaults({}, on.group.definition)).toMatchObject({
      minHealthyPercentage: 90,
      maxHealthyPercentage: 100,
      instanceWarmup: seconds(120),
      checkpointDelay: hours(1),
      skipMatching: false,
      autoRollback: false,
    })
  })

  it('replaces one after the other, draining first, and waits until each new one is warm', async () => {
    await using on = await stage({ group: { desiredCapacity: 3 } })
    const refresh = on.group.refreshes.start({ instanceWarmup: minutes(2) }, NEW)
    await on.clock.advance(seconds(1))
    expect([refresh.status, refresh.percentageComplete, refresh.instancesToUpdate]).toEqual(['InProgress', 33, 2])
    expect(refresh.statusReason).toBe(
      'Waiting for instances to warm up before continuing. For example: i-4 is warming up.',
    )
    await on.clock.advance(minutes(2))
    expect([images(on).filter(image => image === 'ami-2').length, refresh.percentageComplete]).toEqual([2, 66])
    await on.clock.advance(minutes(5))
    expect([refresh.status, refresh.percentageComplete, images(on)]).toEqual([
      'Successful',
      100,
      Array(3).fill('ami-2'),
    ])
    expect(on.group.definition.machine.imageId).toBe('ami-2')
    const events = on.deliveries.map(({ body }) => JSON.parse(body)['detail-type'])
    expect(events.filter(type => String(type).includes('Refresh'))).toEqual([
      'EC2 Auto Scaling Instance Refresh Started',
      'EC2 Auto Scaling Instance Refresh Succeeded',
    ])
  })

  it('launches before it terminates when it may exceed 100 %, and waits for the balancer', async () => {
    await using on = await stage({ firstHealth: 'initial' })
    for (const id of ['i-1', 'i-2']) on.targets.report('tg', id, 'healthy')
    const seen = watch(on)
    on.group.refreshes.start({ ...NONE, minHealthyPercentage: 100, maxHealthyPercentage: 150 }, NEW)
    await on.clock.advance(minutes(10))
    expect(on.log.filter(line => line.startsWith('deregister'))).toEqual([])
    on.targets.report('tg', 'i-3', 'healthy')
    await on.clock.advance(MINUTE)
    expect(on.log.filter(line => line.startsWith('deregister'))).toHaveLength(1)
    on.targets.report('tg', 'i-4', 'healthy')
    await on.clock.advance(MINUTE)
    expect([images(on), seen]).toEqual([['ami-2', 'ami-2'], { least: 2, most: 3 }])
  })

  it('leaves instances that match when it is told to', async () => {
    await using on = await stage()
    const refresh = on.group.refreshes.start({ ...NONE, skipMatching: true })
    await on.clock.advance(0)
    expect([refresh.status, refresh.percentageComplete, on.log.includes('terminate i-1')]).toEqual([
      'Successful',
      100,
      false,
    ])
  })

  it('pauses at its checkpoints', async () => {
    await using on = await stage({ group: { desiredCapacity: 4 } })
    const refresh = on.group.refreshes.start(
      { ...NONE, checkpointPercentages: [50, 100], checkpointDelay: minutes(10) },
      NEW,
    )
    await on.clock.advance(minutes(9))
    expect([refresh.percentageComplete, refresh.statusReason]).toEqual([
      50,
      'Checkpoint of 50% reached, waiting for 600 seconds before continuing.',
    ])
    await on.clock.advance(minutes(3))
    expect(refresh.status).toBe('Successful')
    expect(on.deliveries.some(({ body }) => body.includes('Instance Refresh Checkpoint Reached'))).toBe(true)
  })

  it('ends at its last checkpoint when that is below 100 %', async () => {
    await using on = await stage({ group: { desiredCapacity: 4 } })
    const refresh = on.group.refreshes.start({ ...NONE, checkpointPercentages: [50], checkpointDelay: minutes(1) }, NEW)
    await on.clock.advance(minutes(5))
    expect([refresh.status, refresh.percentageComplete]).toEqual(['Successful', 50])
  })

  it('bakes before it is successful', async () => {
    await using on = await stage()
    const refresh = on.group.refreshes.start({ ...NONE, bakeTime: minutes(10) }, NEW)
    await on.clock.advance(minutes(9))
    expect(refresh.status).toBe('Baking')
    await on.clock.advance(minutes(2))
    expect(refresh.status).toBe('Successful')
  })

  it('lets what is under way finish when it is cancelled, and keeps the old template', async () => {
    await using on = await stage({ group: { desiredCapacity: 3 } })
    const refresh = on.group.refreshes.start({ instanceWarmup: minutes(2) }, NEW)
    await on.clock.advance(MINUTE)
    on.group.refreshes.cancel()
    expect(refresh.status).toBe('Cancelling')
    await on.clock.advance(minutes(3))
    expect([refresh.status, refresh.statusReason]).toEqual(['Cancelled', 'Cancelled due to user request.'])
    expect([images(on).toSorted(), on.group.definition.machine.imageId]).toEqual([['ami-1', 'ami-1', 'ami-2'], 'ami-1'])
  })

  it('goes back when it is rolled back', async () => {
    await using on = await stage({ group: { desiredCapacity: 3 } })
    const refresh = on.group.refreshes.start({ instanceWarmup: minutes(2) }, NEW)
    await on.clock.advance(minutes(3))
    on.group.refreshes.rollBack()
    expect([refresh.status, refresh.rollback?.percentageComplete]).toEqual(['RollbackInProgress', 66])
    await on.clock.advance(minutes(10))
    expect([refresh.status, images(on)]).toEqual(['RollbackSuccessful', Array(3).fill('ami-1')])
  })

  it('fails when one of its alarms goes off, and rolls back by itself when it may', async () => {
    for (const autoRollback of [false, true]) {
      await using on = await stage({ alarms: true, group: { desiredCapacity: 3 } })
      on.alarms?.put(testDefinition('errors', { arn: alarmArn('errors') }))
      const refresh = on.group.refreshes.start({ instanceWarmup: minutes(5), alarms: ['errors'], autoRollback }, NEW)
      await on.clock.advance(minutes(1))
      on.world.metrics.put({ namespace: 'Library', name: 'Errors', dimensions: {}, value: 100 })
      await on.clock.advance(minutes(3))
      const reason = autoRollback ? refresh.rollback?.reason : refresh.statusReason
      expect(reason).toBe('The CloudWatch alarm errors went into ALARM state.')
      expect(refresh.status).toBe(autoRollback ? 'RollbackInProgress' : 'Failed')
      expect(on.group.definition.machine.imageId).toBe('ami-1')
    }
  })

  it('fails after an hour without progress', async () => {
    await using on = await stage({ group: { newInstancesProtected: true } })
    const refresh = on.group.refreshes.start(NONE, NEW)
    await on.clock.advance(minutes(59))
    expect([refresh.status, refresh.statusReason]).toEqual([
      'InProgress',
      'Waiting for i-1, which is protected from scale in or in standby.',
    ])
    await on.clock.advance(minutes(3))
    expect(refresh.status).toBe('Failed')
  })

  it('replaces protected instances when it may', async () => {
    await using on = await stage({ group: { newInstancesProtected: true } })
    const refresh = on.group.refreshes.start({ ...NONE, scaleInProtectedInstances: 'Refresh' }, NEW)
    await on.clock.advance(minutes(5))
    expect(refresh.status).toBe('Successful')
  })

  it('stands still while InstanceRefresh is suspended', async () => {
    await using on = await stage({ group: { desiredCapacity: 3 } })
    const refresh = on.group.refreshes.start({ instanceWarmup: minutes(2) }, NEW)
    on.group.suspend(['InstanceRefresh'])
    await on.clock.advance(minutes(30))
    expect(refresh.percentageComplete).toBe(33)
    on.group.resume(['InstanceRefresh'])
    await on.clock.advance(minutes(10))
    expect(refresh.status).toBe('Successful')
  })

  it('is one at a time, and without a desired configuration irreversible', async () => {
    await using on = await stage()
    expect(() => on.group.refreshes.cancel()).toThrow(
      'No in progress or pending Instance Refresh found for Auto Scaling group library-app',
    )
    on.group.refreshes.start({ instanceWarmup: minutes(2) })
    expect(() => on.group.refreshes.start({})).toThrow('An Instance Refresh is already in progress')
    expect(() => on.group.refreshes.rollBack()).toThrow('cannot be rolled back')
  })
})
