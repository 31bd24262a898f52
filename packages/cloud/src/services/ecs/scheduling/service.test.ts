import { DeleteServiceCommand, RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs'
import { minutes, seconds } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { cloudwatch } from '../../cloudwatch/index.ts'
import { addressOf, anonymous, Operator } from '../testing/operator.ts'
import { MINUTE, type Stage, stage } from '../testing/stage.ts'
import { failureThreshold } from './deployment.ts'

/** Registers `web:2`, `web:3`, … and updates the service to it. */
async function update(operator: Operator, rest: Partial<UpdateServiceCommand['input']> = {}): Promise<void> {
  await operator.client.send(
    new RegisterTaskDefinitionCommand({
      family: 'web',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
      containerDefinitions: [{ name: 'web', image: 'example.com/web:2', portMappings: [{ containerPort: 8000 }] }],
    }),
  )
  await operator.client.send(
    new UpdateServiceCommand({ cluster: 'main', service: 'web', taskDefinition: 'web', ...rest }),
  )
}

const isNew = (image: { readonly uri: string }) => image.uri.endsWith(':2')

/** What each event of one kind said. */
const eventNames = ({ deliveries }: Stage, detailType: string): readonly string[] =>
  deliveries
    .map(({ body }) => JSON.parse(body))
    .filter(event => event['detail-type'] === detailType)
    .map(({ detail }) => `${detail.eventName} ${detail.eventType}`)

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

/** Reference section 3.4; ECS Developer Guide, "Deploy Amazon ECS services by replacing tasks". */
describe('a rolling deployment', () => {
  it('starts new tasks, waits until they are healthy, then stops old ones, and is complete when those have drained', async () => {
    await using on = await stage()
    const operator = new Operator(on)
    on.targets.firstHealth = 'initial'
    await update(operator)
    await on.clock.advance(0)
    expect(await operator.lines()).toEqual([
      'web:1 RUNNING us-east-1a',
      'web:1 RUNNING us-east-1b',
      'web:2 RUNNING us-east-1a',
      'web:2 RUNNING us-east-1b',
    ])
    expect((await operator.service()).deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'IN_PROGRESS', runningCount: 2, desiredCount: 2 },
      { status: 'ACTIVE', runningCount: 2 },
    ])
    const fresh = on.targets.log.slice(-2).map(line => line.split(' ')[1] ?? '')
    on.targets.report('tg', fresh[0] ?? '', 'healthy')
    await on.clock.advance(0)
    expect((await operator.lines()).filter(line => line.startsWith('web:1'))).toHaveLength(1)
    on.targets.report('tg', fresh[1] ?? '', 'healthy')
    await on.clock.advance(seconds(29))
    expect((await operator.primary()).rolloutState).toBe('IN_PROGRESS')
    await on.clock.advance(seconds(2))
    expect(await operator.primary()).toMatchObject({
      rolloutState: 'COMPLETED',
      rolloutStateReason: expect.stringMatching(/^ECS deployment ecs-svc\/\d+ completed\.$/),
    })
    expect((await operator.service()).deployments).toHaveLength(1)
    expect((await operator.events()).slice(-2)).toEqual([
      '(service web) (deployment ecs-svc/…) deployment completed.',
      '(service web) has reached a steady state.',
    ])
  })

  it('without room for more tasks stops old ones first, as far as the minimum allows', async () => {
    await using on = await stage({ service: { minimumHealthyPercent: 50, maximumPercent: 100 } })
    const operator = new Operator(on)
    on.targets.firstHealth = 'initial'
    await update(operator)
    await on.clock.advance(0)
    expect((await operator.lines()).map(line => line.split(' ')[0])).toEqual(['web:1', 'web:2'])
    on.targets.report(
      'tg',
      on.targets.log.findLast(line => line.startsWith('register'))?.split(' ')[1] ?? '',
      'healthy',
    )
    await on.clock.advance(0)
    expect((await operator.lines()).map(line => line.split(' ')[0])).toEqual(['web:2', 'web:2'])
  })

  it('says when the percentages leave no way', async () => {
    await using on = await stage({ service: { desiredCount: 1, maximumPercent: 150 } })
    const operator = new Operator(on)
    await update(operator)
    await on.clock.advance(MINUTE)
    expect(await operator.lines()).toEqual(['web:1 RUNNING us-east-1a'])
    expect(await operator.events()).toContain(
      '(service web) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
    )
  })

  it('can be forced without any change', async () => {
    await using on = await stage()
    const operator = new Operator(on)
    const before = (await operator.tasks()).map(({ taskArn }) => taskArn)
    await operator.client.send(new UpdateServiceCommand({ cluster: 'main', service: 'web', forceNewDeployment: true }))
    await on.clock.advance(seconds(31))
    const after = (await operator.tasks()).map(({ taskArn }) => taskArn)
    expect(after).toHaveLength(2)
    expect(after.filter(arn => before.includes(arn))).toEqual([])
  })

  it('replaces an old task that ends while the new version is not well', async () => {
    await using on = await stage()
    const operator = new Operator(on)
    on.targets.firstHealth = 'initial'
    await update(operator)
    await on.clock.advance(seconds(20))
    on.targets.firstHealth = 'healthy'
    on.hosts.running[0]?.end({ code: 1, signal: null })
    await on.clock.advance(seconds(1))
    const versions = (await operator.lines()).map(line => line.split(' ')[0])
    expect(versions).toEqual(['web:1', 'web:1', 'web:2', 'web:2'])
  })
})

/** ECS Developer Guide, "How the Amazon ECS deployment circuit breaker detects failures". */
describe('the circuit breaker', () => {
  it.each([
    [1, 3],
    [6, 3],
    [25, 13],
    [400, 200],
    [800, 200],
  ])('opens for %i desired tasks after %i failures', (desired, failures) =>
    expect(failureThreshold(desired)).toBe(failures),
  )

  const broken = { circuitBreaker: { enabled: true, rollback: true } }

  it('rolls back a version whose tasks never start; the old one serves all the time', async () => {
    await using on = await stage({ service: broken })
    const operator = new Operator(on)
    const before = (await operator.tasks()).map(({ taskArn }) => taskArn).sort()
    const [completed] = (await operator.service()).deployments ?? []
    on.hosts.behave = ({ program, name }) =>
      program.kind === 'image' && isNew(program.image)
        ? { fails: { kind: 'unusable', message: 'bad' }, need: { kind: 'program', name } }
        : 'runs'
    await update(operator)
    await on.clock.advance(minutes(5))
    expect(await operator.primary()).toMatchObject({ id: completed?.id, status: 'PRIMARY', rolloutState: 'COMPLETED' })
    expect((await operator.tasks()).map(({ taskArn }) => taskArn).sort()).toEqual(before)
    expect(on.targets.log.filter(line => line.startsWith('deregister'))).toEqual([])
    const details = on.deliveries
      .map(({ body }) => JSON.parse(body))
      .filter(event => event['detail-type'] === 'ECS Deployment State Change')
      .map(({ detail }) => `${detail.eventName}: ${anonymous(detail.reason)}`)
    expect(details.slice(2)).toEqual([
      'SERVICE_DEPLOYMENT_IN_PROGRESS: ECS deployment ecs-svc/… in progress.',
      'SERVICE_DEPLOYMENT_FAILED: ECS deployment circuit breaker: task failed to start.',
      'SERVICE_DEPLOYMENT_IN_PROGRESS: ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/…',
      'SERVICE_DEPLOYMENT_COMPLETED: ECS deployment ecs-svc/… completed.',
    ])
  })

  it('rolls back a version that starts and ends again', async () => {
    await using on = await stage({ service: broken })
    const operator = new Operator(on)
    on.targets.firstHealth = 'initial'
    on.hosts.behave = ({ program }) => (program.kind === 'image' && isNew(program.image) ? { exits: 1 } : 'runs')
    await update(operator)
    await on.clock.advance(minutes(5))
    expect((await operator.lines()).map(line => line.split(' ')[0])).toEqual(['web:1', 'web:1'])
    expect((await operator.primary()).rolloutState).toBe('COMPLETED')
  })

  it('rolls back a version whose targets stay unhealthy', async () => {
    await using on = await stage({ service: broken })
    const operator = new Operator(on)
    on.targets.firstHealth = 'unhealthy'
    await update(operator)
    await on.clock.advance(minutes(5))
    expect((await operator.lines()).map(line => line.split(' ')[0])).toEqual(['web:1', 'web:1'])
    expect(await operator.primary()).toMatchObject({ rolloutState: 'COMPLETED' })
    expect(await operator.events()).toContain('(service web) rolling back to deployment ecs-svc/….')
  })

  it('rolls back also when the old version has no task left', async () => {
    await using on = await stage({ service: { ...broken, minimumHealthyPercent: 0, maximumPercent: 100 } })
    const operator = new Operator(on)
    on.hosts.behave = ({ program }) => (program.kind === 'image' && isNew(program.image) ? { exits: 1 } : 'runs')
    await update(operator)
    await on.clock.advance(minutes(5))
    expect((await operator.lines()).map(line => line.split(' ')[0])).toEqual(['web:1', 'web:1'])
    expect(await operator.primary()).toMatchObject({ rolloutState: 'COMPLETED' })
  })

  it('without rollback leaves the deployment failed and starts nothing more', async () => {
    await using on = await stage({ service: { circuitBreaker: { enabled: true, rollback: false } } })
    const operator = new Operator(on)
    on.hosts.behave = ({ program }) => (program.kind === 'image' && isNew(program.image) ? { exits: 1 } : 'runs')
    on.targets.firstHealth = 'initial'
    await update(operator)
    await on.clock.advance(minutes(5))
    const starts = on.hosts.log.length
    await on.clock.advance(minutes(30))
    expect(on.hosts.log).toHaveLength(starts)
    expect(await operator.primary()).toMatchObject({ rolloutState: 'FAILED', runningCount: 0 })
    expect((await operator.lines()).map(line => line.split(' ')[0])).toEqual(['web:1', 'web:1'])
  })

  it('an alarm of the deployment rolls back, too', async () => {
    await using on = await stage({
      service: { alarms: { names: ['errors'], rollback: true } },
      services: [cloudwatch],
    })
    const operator = new Operator(on)
    const alarms = await on.cloud.world.ports.need('alarms')
    alarms.put({
      name: 'errors',
      arn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors',
      description: '',
      queries: [
        {
          kind: 'metric',
          id: 'm1',
          returnData: true,
          metric: { namespace: 'App', name: 'Errors', dimensions: {}, statistic: 'Sum', period: MINUTE },
        },
      ],
      threshold: 1,
      comparison: 'GreaterThanThreshold',
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      missingData: 'missing',
      actions: { enabled: true, alarm: [], ok: [], insufficientData: [] },
    })
    on.targets.firstHealth = 'initial'
    await update(operator)
    for (let i = 0; i < 3; i++) {
      on.cloud.world.metrics.put({ namespace: 'App', name: 'Errors', dimensions: {}, value: 5 })
      await on.clock.advance(MINUTE)
    }
    expect(await operator.events()).toContain('(service web) (deployment ecs-svc/…) deployment failed: alarm detected.')
    expect((await operator.lines()).map(line => line.split(' ')[0])).toEqual(['web:1', 'web:1'])
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
