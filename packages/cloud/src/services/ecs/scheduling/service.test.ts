import { DeleteServiceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs'
import { minutes, seconds } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { addressOf, anonymous, Operator } from '../testing/operator.ts'
import { MINUTE, stage } from '../testing/stage.ts'
import { eventNames } from '../testing/update.ts'

describe('a service', () => {
  it('spreads its tasks over the zones, registers them, and says that it is steady', async () => {
    await using on = await stage()
    const operator = new Operator(on)
    expect(await operator.lines()).toEqual(['web:1 RUNNING us-east-1a', 'web:1 RUNNING us-east-1b'])
    expect(await operator.events()).toEqual([
      '(service web) has started 2 tasks: (task …) (task …).',
      '(service web) registered 1 targets in (target-group …)',
      '(service web) registered 1 targets in (target-group …)',
      '(service web) (deployment ecs-svc/…) deployment completed.',
      '(service web) has reached a steady state.',
    ])
    expect(eventNames(on, 'ECS Service Action')).toEqual(['SERVICE_STEADY_STATE INFO'])
    expect(eventNames(on, 'ECS Deployment State Change')).toEqual([
      'SERVICE_DEPLOYMENT_IN_PROGRESS INFO',
      'SERVICE_DEPLOYMENT_COMPLETED INFO',
    ])
  })

  it('without balancer and checks counts a task as healthy 40 s after it runs', async () => {
    await using on = await stage({ service: { targets: [] } })
    const operator = new Operator(on)
    await on.clock.advance(seconds(39))
    expect((await operator.primary()).rolloutState).toBe('IN_PROGRESS')
    await on.clock.advance(seconds(2))
    expect((await operator.primary()).rolloutState).toBe('COMPLETED')
  })

  it('replaces a task whose container has ended, not before 10 s after its start', async () => {
    await using on = await stage()
    const operator = new Operator(on)
    on.hosts.running[0]?.end({ code: 1, signal: null })
    await on.clock.advance(seconds(9))
    expect(await operator.lines()).toHaveLength(1)
    await on.clock.advance(seconds(1))
    expect(await operator.lines()).toEqual(['web:1 RUNNING us-east-1a', 'web:1 RUNNING us-east-1b'])
  })

  it('replaces an unhealthy task first and stops it when the replacement is healthy', async () => {
    await using on = await stage()
    const operator = new Operator(on)
    const [first] = await operator.tasks()
    on.targets.firstHealth = 'initial'
    on.targets.report('tg', addressOf(first ?? {}), 'unhealthy')
    await on.clock.advance(0)
    expect(await operator.lines()).toHaveLength(3)
    const fresh = on.targets.log.at(-1)?.split(' ')[1] ?? ''
    on.targets.report('tg', fresh, 'healthy')
    await on.clock.advance(seconds(31))
    const [stopped] = await operator.tasks('STOPPED')
    expect(stopped).toMatchObject({
      taskArn: first?.taskArn,
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: expect.stringMatching(
        /^Task failed ELB health checks in \(target-group arn:aws:elasticloadbalancing:/,
      ),
    })
    expect(await operator.events()).toContain(
      '(service web) (task …) (port 8000) is unhealthy in (target-group …) due to (reason Health checks failed).',
    )
  })

  it('ignores unhealthy targets within the grace period', async () => {
    await using on = await stage(
      { service: { healthCheckGracePeriod: seconds(60), desiredCount: 1 } },
      ({ targets }) => {
        targets.firstHealth = 'unhealthy'
      },
    )
    const operator = new Operator(on)
    await on.clock.advance(seconds(59))
    expect(await operator.lines()).toEqual(['web:1 RUNNING us-east-1a'])
    await on.clock.advance(seconds(2))
    expect(await operator.lines()).toHaveLength(2)
  })

  it('shrinks in the fuller zone and drains first', async () => {
    await using on = await stage({ service: { desiredCount: 3 } })
    const operator = new Operator(on)
    await operator.client.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', desiredCount: 2 }))
    await on.clock.advance(0)
    expect(await operator.lines()).toEqual(['web:1 RUNNING us-east-1a', 'web:1 RUNNING us-east-1b'])
    expect(await operator.lines('STOPPED')).toEqual(['web:1 DEACTIVATING us-east-1a'])
    expect((await operator.events()).slice(-3)).toEqual([
      '(service web) has stopped 1 running tasks: (task …).',
      '(service web) deregistered 1 targets in (target-group …)',
      '(service web, taskSet ecs-svc/…) has begun draining connections on 1 tasks.',
    ])
    await on.clock.advance(seconds(31))
    expect(anonymous((await operator.tasks('STOPPED'))[0]?.stoppedReason ?? '')).toBe(
      'Scaling activity initiated by (deployment ecs-svc/…)',
    )
    expect((await operator.events()).at(-1)).toBe('(service web) has reached a steady state.')
  })

  it('waits longer and longer for tasks that do not start, and says that it is impaired', async () => {
    await using on = await stage({ service: { desiredCount: 1 } }, ({ hosts }) => {
      hosts.behave = ({ name }) => ({ fails: { kind: 'unusable', message: 'bad' }, need: { kind: 'program', name } })
    })
    const starts = () => on.hosts.log.length
    expect(starts()).toBe(1)
    // 10, 20, 40 s: the wait doubles up to 15 minutes.
    const seen: number[] = []
    for (const span of [seconds(10), seconds(20), seconds(40), seconds(80)]) {
      await on.clock.advance(span - 1)
      seen.push(starts())
      await on.clock.advance(1)
    }
    expect(seen).toEqual([1, 2, 3, 4])
    expect(await new Operator(on).events()).toContain(
      '(service web) is unable to consistently start tasks successfully.',
    )
    expect(eventNames(on, 'ECS Service Action')).toContain('SERVICE_TASK_START_IMPAIRED WARN')
  })

  it('is deleted when its tasks are gone', async () => {
    await using on = await stage()
    const operator = new Operator(on)
    await operator.client.send(new DeleteServiceCommand({ cluster: 'main', service: 'web', force: true }))
    expect((await operator.service()).status).toBe('DRAINING')
    await on.clock.advance(seconds(31))
    expect(await operator.service()).toMatchObject({ status: 'INACTIVE', runningCount: 0 })
  })
})

describe('zones', () => {
  it('tasks of a stopped zone are replaced in the others, and balanced again when it is back', async () => {
    await using on = await stage()
    const operator = new Operator(on)
    const lost = (await operator.tasks()).find(({ availabilityZone }) => availabilityZone === 'us-east-1b')
    await on.cloud.world.zones.stop('us-east-1b')
    on.targets.report('tg', addressOf(lost ?? {}), 'unhealthy')
    await on.clock.advance(MINUTE)
    expect(await operator.lines()).toEqual(['web:1 RUNNING us-east-1a', 'web:1 RUNNING us-east-1a'])
    expect(on.hosts.log.filter(line => line.startsWith('stop'))).toEqual([])
    await on.cloud.world.zones.start('us-east-1b')
    await on.clock.advance(minutes(2))
    expect(await operator.lines()).toEqual(['web:1 RUNNING us-east-1a', 'web:1 RUNNING us-east-1b'])
    expect(await operator.events()).toContain(
      '(service web) is not AZ balanced with 2 tasks in us-east-1a, 0 tasks in us-east-1b. AZ Rebalancing in progress.',
    )
  })

  it('without a balancer the loss is noticed after a minute', async () => {
    await using on = await stage({ service: { targets: [] } })
    const operator = new Operator(on)
    await on.clock.advance(MINUTE)
    await on.cloud.world.zones.stop('us-east-1b')
    await on.clock.advance(seconds(59))
    expect(await operator.lines()).toHaveLength(2)
    await on.clock.advance(MINUTE)
    expect(await operator.lines()).toEqual(['web:1 RUNNING us-east-1a', 'web:1 RUNNING us-east-1a'])
  })

  it('without any zone no task can be placed', async () => {
    await using on = await stage()
    const operator = new Operator(on)
    await on.cloud.world.zones.stop('us-east-1a')
    await on.cloud.world.zones.stop('us-east-1b')
    await operator.client.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', desiredCount: 4 }))
    await on.clock.advance(MINUTE)
    expect((await operator.events()).at(-1)).toBe(
      '(service web) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.',
    )
  })
})
