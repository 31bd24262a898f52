import { minutes } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { cloudwatch } from '../../cloudwatch/index.ts'
import { anonymous, Operator } from '../testing/operator.ts'
import { MINUTE, stage } from '../testing/stage.ts'
import { isNew, update } from '../testing/update.ts'
import { failureThreshold } from './deployment.ts'

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
