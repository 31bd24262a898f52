import { minutes, seconds } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { MINUTE, stage } from './testing/test-group.ts'

/** The target group is in service: a target of it has been healthy. */
const inUse = async (options: Parameters<typeof stage>[0] = {}) => {
  const on = await stage(options)
  on.targets.report('tg', 'i-1', 'healthy')
  on.targets.report('tg', 'i-2', 'healthy')
  return on
}

describe('the health of the balancer', () => {
  it('L-21: replaces an unhealthy instance in the same zone, while the old one drains', async () => {
    await using on = await inUse()
    on.targets.slowDraining = true
    on.targets.report('tg', 'i-2', 'unhealthy')
    await on.clock.advance(0)
    expect(on.lines()).toEqual(['i-1 us-east-1a InService', 'i-2 us-east-1b Terminating', 'i-3 us-east-1b InService'])
    on.targets.drained('i-2')
    await on.clock.advance(0)
    expect(on.log.at(-1)).toBe('terminate i-2')
    expect(on.group.members).toHaveLength(2)
  })

  it('L-21: words the replacement as AWS does, the termination first', async () => {
    await using on = await inUse()
    await on.clock.advance(seconds(31))
    on.targets.report('tg', 'i-2', 'unhealthy')
    await on.clock.advance(0)
    expect(on.group.activities.slice(0, 2).map(({ description, cause }) => `${description}: ${cause}`)).toEqual([
      'Launching a new EC2 instance: i-3: At 2026-01-01T00:00:31Z an instance was launched in response to an unhealthy instance needing to be replaced.',
      'Terminating EC2 instance: i-2: At 2026-01-01T00:00:31Z an instance was taken out of service in response to an ELB system health check failure.',
    ])
  })

  it('counts after the grace period, which begins at InService', async () => {
    await using on = await inUse({ group: { healthChecks: { elb: true, gracePeriod: seconds(30) } } })
    on.targets.report('tg', 'i-1', 'unhealthy')
    await on.clock.advance(seconds(29))
    expect(on.lines()).toContain('i-1 us-east-1a InService')
    await on.clock.advance(seconds(2))
    expect(on.lines()).not.toContain('i-1 us-east-1a InService')
  })

  it('counts not at all until one target has been healthy: the attachment is only Added', async () => {
    await using on = await stage({ firstHealth: 'initial' })
    on.targets.report('tg', 'i-1', 'unhealthy')
    await on.clock.advance(minutes(10))
    expect(on.group.attachments.all[0]?.state).toBe('Added')
    expect(on.group.state.members.get('i-1')?.healthStatus).toBe('Healthy')
    on.targets.report('tg', 'i-2', 'healthy')
    await on.clock.advance(0)
    expect(on.group.attachments.all[0]?.state).toBe('InService')
    expect(on.log).toContain('terminate i-1')
  })

  it('says nothing in a group whose health check type is EC2', async () => {
    await using on = await inUse({ group: { healthChecks: { elb: false, gracePeriod: 0 } } })
    on.targets.report('tg', 'i-1', 'unhealthy')
    await on.clock.advance(minutes(5))
    expect(on.log).not.toContain('terminate i-1')
  })

  it('replaces an instance once, however often it is reported', async () => {
    await using on = await inUse()
    on.targets.slowDraining = true
    on.targets.report('tg', 'i-1', 'unhealthy')
    on.targets.report('tg', 'i-1', 'unhealthy')
    await on.clock.advance(2 * MINUTE)
    expect(on.log.filter(line => line.startsWith('launch'))).toEqual(['launch i-1', 'launch i-2', 'launch i-3'])
  })

  it('replaces a tenth of the group at a time, one at least, and waits for the new ones', async () => {
    await using on = await inUse({ group: { desiredCapacity: 4 } })
    on.targets.firstHealth = 'initial'
    for (const id of ['i-1', 'i-2', 'i-3', 'i-4']) on.targets.report('tg', id, 'unhealthy')
    await on.clock.advance(2 * MINUTE)
    expect(on.log.filter(line => line.startsWith('terminate'))).toEqual(['terminate i-1'])
    on.targets.report('tg', 'i-5', 'healthy')
    await on.clock.advance(0)
    expect(on.log.filter(line => line.startsWith('terminate'))).toEqual(['terminate i-1', 'terminate i-2'])
  })

  it('launches first when the maintenance policy wants it', async () => {
    await using on = await inUse({ group: { maintenance: { minHealthyPercentage: 100, maxHealthyPercentage: 150 } } })
    on.targets.firstHealth = 'initial'
    on.targets.report('tg', 'i-1', 'unhealthy')
    await on.clock.advance(MINUTE)
    expect(on.lines()).toEqual(['i-1 us-east-1a InService', 'i-2 us-east-1b InService', 'i-3 us-east-1a InService'])
    on.targets.report('tg', 'i-3', 'healthy')
    await on.clock.advance(0)
    expect(on.lines()).toEqual(['i-2 us-east-1b InService', 'i-3 us-east-1a InService'])
  })
})

describe('the health of EC2', () => {
  it('L-21: replaces an instance whose status check fails at once, in the grace period too', async () => {
    await using on = await stage({ group: { healthChecks: { elb: true, gracePeriod: minutes(5) } } })
    on.instances.impair('i-1')
    await on.clock.advance(0)
    expect(on.lines()).toEqual(['i-2 us-east-1b InService', 'i-3 us-east-1a InService'])
    expect(on.group.activities[1]?.cause).toContain('in response to an EC2 instance status check failure.')
  })

  it('does not wait for instances that warm up for another reason', async () => {
    await using on = await stage({ group: { defaultInstanceWarmup: minutes(3) } })
    on.instances.impair('i-1')
    await on.clock.advance(0)
    expect(on.lines()).toEqual(['i-2 us-east-1b InService', 'i-3 us-east-1a InService'])
  })

  it('replaces what was ended past the group, all at once', async () => {
    await using on = await stage({ group: { desiredCapacity: 4 } })
    for (const id of ['i-1', 'i-2', 'i-3']) on.instances.endFromOutside(id)
    await on.clock.advance(0)
    expect(on.group.members.map(({ id }) => id)).toEqual(['i-4', 'i-5', 'i-6', 'i-7'])
    expect(on.group.activities.find(({ description }) => description.endsWith('i-1'))?.cause).toContain(
      'in response to an EC2 health check indicating it has been terminated or stopped.',
    )
  })

  it('moves a group out of a zone that has stopped, and back after it has started', async () => {
    await using on = await stage({ group: { desiredCapacity: 4, maxSize: 4 } })
    on.instances.full.add('us-east-1b')
    for (const { id, zone } of on.instances.list()) if (zone === 'us-east-1b') on.instances.impair(id)
    await on.clock.advance(MINUTE)
    expect(on.group.members.map(({ instance }) => instance.zone)).toEqual(Array(4).fill('us-east-1a'))
    on.instances.full.clear()
    await on.clock.advance(minutes(10))
    const zones = on.group.members.map(({ instance }) => instance.zone).sort()
    expect(zones).toEqual(['us-east-1a', 'us-east-1a', 'us-east-1b', 'us-east-1b'])
  })
})

describe('what a caller says of an instance', () => {
  it('replaces it, with its own words, unless the grace period swallows it', async () => {
    await using on = await stage({ group: { healthChecks: { elb: false, gracePeriod: minutes(5) } } })
    const first = on.group.state.members.get('i-1')
    if (!first) throw new Error('i-1 is missing')
    on.group.health.set(first, 'Unhealthy', true)
    expect(first.healthStatus).toBe('Healthy')
    on.group.health.set(first, 'Unhealthy', false)
    await on.clock.advance(0)
    expect(on.log).toContain('terminate i-1')
    expect(on.group.activities[1]?.cause).toContain('in response to a user health-check.')
  })
})

describe('a suspended process', () => {
  const impairing = async (process: string) => {
    const on = await stage({ group: { suspendedProcesses: [process] } })
    on.instances.impair('i-1')
    await on.clock.advance(2 * MINUTE)
    return on
  }

  it('HealthCheck leaves health as it was', async () => {
    await using on = await impairing('HealthCheck')
    expect(on.group.state.members.get('i-1')?.healthStatus).toBe('Healthy')
  })

  it('ReplaceUnhealthy leaves unhealthy instances until it is resumed', async () => {
    await using on = await impairing('ReplaceUnhealthy')
    expect(on.group.state.members.get('i-1')).toMatchObject({ healthStatus: 'Unhealthy', state: 'InService' })
    on.group.resume(['ReplaceUnhealthy'])
    await on.clock.advance(0)
    expect(on.log).toContain('terminate i-1')
  })

  it('Launch lets unhealthy instances end and replaces them when it is resumed', async () => {
    await using on = await stage()
    on.group.suspend(['Launch'])
    on.instances.impair('i-1')
    on.instances.impair('i-2')
    await on.clock.advance(2 * MINUTE)
    expect(on.lines()).toEqual([])
    on.group.resume(['Launch'])
    await on.clock.advance(0)
    expect(on.group.members).toHaveLength(2)
  })

  it('Terminate keeps every instance', async () => {
    await using on = await impairing('Terminate')
    expect(on.lines()).toContain('i-1 us-east-1a InService')
  })

  it('AddToLoadBalancer leaves new instances unregistered, also after it is resumed', async () => {
    await using on = await stage({ group: { suspendedProcesses: ['AddToLoadBalancer'] } })
    on.group.resume(['AddToLoadBalancer'])
    await on.group.setDesiredCapacity(3)
    expect(on.log.filter(line => line.startsWith('register'))).toEqual(['register i-3'])
  })
})
