import { days, minutes, seconds } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { NO_CAPACITY } from './testing/bare-instances.ts'
import { MINUTE, stage } from './testing/test-group.ts'

describe('an Auto Scaling group', () => {
  it('L-13: launches its desired capacity over its zones and registers it at once', async () => {
    await using on = await stage()
    expect(on.lines()).toEqual(['i-1 us-east-1a InService', 'i-2 us-east-1b InService'])
    expect(on.log).toEqual(['launch i-1', 'launch i-2', 'register i-1', 'register i-2'])
  })

  it('is in service without waiting for the health of its targets', async () => {
    await using on = await stage({ firstHealth: 'initial' })
    expect(on.lines()).toEqual(['i-1 us-east-1a InService', 'i-2 us-east-1b InService'])
  })

  it('grows in the emptier zone and shrinks in the fuller one', async () => {
    await using on = await stage()
    await on.group.setDesiredCapacity(3)
    expect(on.lines()).toContain('i-3 us-east-1a InService')
    await on.group.setDesiredCapacity(2)
    await on.clock.advance(0)
    expect(on.group.members.map(({ instance }) => instance.zone).sort()).toEqual(['us-east-1a', 'us-east-1b'])
  })

  it('drains before it terminates', async () => {
    await using on = await stage()
    on.targets.slowDraining = true
    const activity = on.group.terminateInstance('i-1', true)
    await on.clock.advance(MINUTE)
    expect([activity?.status, on.log.at(-1)]).toEqual(['WaitingForELBConnectionDraining', 'deregister i-1'])
    on.targets.drained('i-1')
    await on.clock.advance(0)
    expect([activity?.status, on.log.at(-1), on.group.desired]).toEqual(['Successful', 'terminate i-1', 1])
  })

  it('fills the place of an instance that is terminated on request, unless the desired capacity falls with it', async () => {
    await using on = await stage()
    on.group.terminateInstance('i-1', false)
    await on.clock.advance(0)
    expect(on.lines()).toEqual(['i-2 us-east-1b InService', 'i-3 us-east-1a InService'])
    on.group.terminateInstance('i-3', true)
    await on.clock.advance(0)
    expect([on.lines(), on.group.desired]).toEqual([['i-2 us-east-1b InService'], 1])
  })

  it('words its activities as AWS does', async () => {
    await using on = await stage()
    await on.group.setDesiredCapacity(3)
    await on.group.setDesiredCapacity(2)
    await on.clock.advance(0)
    const gone = on.log.at(-1)?.split(' ')[1]
    expect(on.group.activities.slice(0, 3).map(({ description, cause }) => [description, cause])).toEqual([
      [
        `Terminating EC2 instance: ${gone}`,
        'At 2026-01-01T00:00:00Z a user request explicitly set group desired capacity changing the desired capacity from 3 to 2.  ' +
          'At 2026-01-01T00:00:00Z an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from 3 to 2.  ' +
          `At 2026-01-01T00:00:00Z instance ${gone} was selected for termination.`,
      ],
      [
        'Launching a new EC2 instance: i-3',
        'At 2026-01-01T00:00:00Z a user request explicitly set group desired capacity changing the desired capacity from 2 to 3.  ' +
          'At 2026-01-01T00:00:00Z an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 2 to 3.',
      ],
      [
        'Launching a new EC2 instance: i-2',
        'At 2026-01-01T00:00:00Z a user request created an AutoScalingGroup changing the desired capacity from 0 to 2.  ' +
          'At 2026-01-01T00:00:00Z an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 0 to 2.',
      ],
    ])
  })

  it('replaces an instance that has reached the maximum lifetime, once its successor serves', async () => {
    await using on = await stage({ group: { maxInstanceLifetime: days(1), desiredCapacity: 1 } })
    await on.clock.advance(days(1) - MINUTE)
    expect(on.lines()).toEqual(['i-1 us-east-1a InService'])
    await on.clock.advance(2 * MINUTE)
    expect(on.lines()).toEqual(['i-2 us-east-1a InService'])
    expect(on.log.slice(-4)).toEqual(['launch i-2', 'register i-2', 'deregister i-1', 'terminate i-1'])
  })

  it('launches nothing after it was stopped', async () => {
    await using on = await stage()
    on.group.stop()
    on.instances.impair('i-1')
    await on.clock.advance(minutes(5))
    expect(on.instances.list()).toHaveLength(2)
  })
})

describe('a launch that fails', () => {
  it('is an activity with AWS’s text, and another zone gets the instance', async () => {
    await using on = await stage({ group: { desiredCapacity: 1, minSize: 0 } })
    on.instances.full.add('us-east-1b')
    await on.group.setDesiredCapacity(2)
    expect(on.lines()).toEqual(['i-1 us-east-1a InService', 'i-2 us-east-1a InService'])
    const failed = on.group.activities.find(({ status }) => status === 'Failed')
    expect(failed).toMatchObject({
      description: `Launching a new EC2 instance.  Status Reason: ${NO_CAPACITY} Launching EC2 instance failed.`,
      statusMessage: `${NO_CAPACITY} Launching EC2 instance failed.`,
      details: { zone: 'us-east-1b' },
    })
  })

  it('leads back to balance when the zone has room again: first launched, then terminated', async () => {
    await using on = await stage({ group: { desiredCapacity: 1, minSize: 0, maxSize: 2 } })
    on.instances.full.add('us-east-1b')
    await on.group.setDesiredCapacity(2)
    on.instances.full.clear()
    const before = on.log.length
    await on.clock.advance(2 * MINUTE)
    expect(on.group.members.map(({ instance }) => instance.zone).sort()).toEqual(['us-east-1a', 'us-east-1b'])
    expect(on.log.slice(before).map(line => line.split(' ')[0])).toEqual([
      'launch',
      'register',
      'deregister',
      'terminate',
    ])
    expect(on.group.activities[1]?.cause).toMatch(
      /^At \S+ instances were launched to balance instances in zones us-east-1b with other zones resulting in more than desired number of instances in the group\.$/,
    )
  })

  it('moves nothing to a zone that has no room, and adds nothing in its place', async () => {
    await using on = await stage({ group: { desiredCapacity: 1, minSize: 0, maxSize: 3 } })
    on.instances.full.add('us-east-1b')
    await on.group.setDesiredCapacity(2)
    await on.clock.advance(minutes(10))
    expect(on.lines()).toEqual(['i-1 us-east-1a InService', 'i-2 us-east-1a InService'])
  })

  it('is tried again after 30 s, 60 s, 120 s … when no zone has room', async () => {
    await using on = await stage({ group: { desiredCapacity: 0, minSize: 0, subnets: ['app-a'] } })
    on.instances.full.add('us-east-1a')
    await on.group.setDesiredCapacity(1)
    await on.clock.advance(seconds(215))
    const began = on.world.clock.now() - seconds(215)
    const starts = on.group.activities.map(({ startedAt }) => (startedAt - began) / 1000)
    expect(starts.reverse()).toEqual([0, 30, 90, 210])
    on.instances.full.clear()
    await on.clock.advance(minutes(5))
    expect(on.lines()).toEqual(['i-1 us-east-1a InService'])
  })

  it('stays in its zone when the group is to be balanced only', async () => {
    await using on = await stage({ group: { desiredCapacity: 1, minSize: 0, zoneDistribution: 'balanced-only' } })
    on.instances.full.add('us-east-1b')
    await on.group.setDesiredCapacity(2)
    await on.clock.advance(minutes(5))
    expect(on.lines()).toEqual(['i-1 us-east-1a InService'])
  })

  it('suspends Launch after a day of nothing but failures', async () => {
    await using on = await stage({ group: { desiredCapacity: 0, minSize: 0, subnets: ['app-a'] } })
    on.instances.full.add('us-east-1a')
    await on.group.setDesiredCapacity(1)
    await on.clock.advance(days(1) + minutes(20))
    expect(on.group.state.processes.all).toEqual([
      { process: 'Launch', reason: expect.stringMatching(/^Administratively suspended at /) },
    ])
  })
})

describe('the zones of a group', () => {
  it('are balanced again after they were changed, and left zones are emptied', async () => {
    await using on = await stage({ group: { desiredCapacity: 4, maxSize: 4 } })
    await on.group.update({ subnets: ['app-b', 'app-c'] })
    await on.clock.advance(minutes(5))
    const zones = on.group.members.map(({ instance }) => instance.zone).sort()
    expect(zones).toEqual(['us-east-1b', 'us-east-1b', 'us-east-1c', 'us-east-1c'])
  })

  it('exceed the maximum by one, or a tenth, at most while they are balanced', async () => {
    await using on = await stage({ group: { desiredCapacity: 4, maxSize: 4 } })
    let most = 0
    on.world.journal.subscribe(() => {
      most = Math.max(most, on.group.members.length)
    })
    await on.group.update({ subnets: ['app-c'] })
    await on.clock.advance(minutes(10))
    expect(on.group.members.map(({ instance }) => instance.zone)).toEqual(Array(4).fill('us-east-1c'))
    expect(most).toBe(5)
  })

  it('keep their imbalance while AZRebalance is suspended', async () => {
    await using on = await stage({ group: { suspendedProcesses: ['AZRebalance'] } })
    await on.group.update({ subnets: ['app-c'] })
    await on.clock.advance(minutes(5))
    expect(on.group.members.map(({ instance }) => instance.zone)).toEqual(['us-east-1a', 'us-east-1b'])
  })
})
