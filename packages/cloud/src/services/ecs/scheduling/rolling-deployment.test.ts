import { UpdateServiceCommand } from '@aws-sdk/client-ecs'
import { seconds } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { Operator } from '../testing/operator.ts'
import { MINUTE, stage } from '../testing/stage.ts'
import { update } from '../testing/update.ts'

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
