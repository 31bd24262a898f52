import { createServer } from 'node:http'
import { connect, type Server } from 'node:net'
import { join } from 'node:path'
import {
  DescribeListenersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { seconds } from '@terrace/kit'
import type { Listener, RuleAction, TargetGroup } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf } from '../gateway/testing.ts'
import { targetGroup } from '../services/ecs/testing/stage.ts'
import { startWholeCloud, type WholeCloud } from '../services/ecs/testing/whole.ts'
import { elbv2 } from '../services/elbv2/index.ts'
import { startBalancing } from '../services/elbv2/testing.ts'
import { threeTiers } from '../testing/architecture.ts'
import { COMPLETE, update } from './testing.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise(resolve => server.close(resolve))
})

const says = (body: string): RuleAction => ({ kind: 'fixedResponse', status: 200, contentType: 'text/plain', body })
const TO_GROUP: RuleAction = { kind: 'forward', targetGroups: [{ node: 'tg', weight: 1 }] }

const nodeOf = <T>({ cloud }: WholeCloud, id: string): T =>
  cloud.world.architecture.nodes.find(node => node.id === id) as T

/** A real balancer on port 80, before one target that answers `target` and is asked for its health on `/readyz`. */
async function start(): Promise<WholeCloud & { readonly checked: readonly string[] }> {
  const whole = await startWholeCloud([...threeTiers(), targetGroup(seconds(1), seconds(1))], [elbv2])
  const { network, cloud } = whole
  const at = network.attach({ owner: 'i-1', subnet: 'app-a', securityGroups: ['app'] })
  const checked: string[] = []
  const server = createServer((request, response) => {
    if (request.headers['user-agent']?.startsWith('ELB-HealthChecker')) checked.push(request.url ?? '')
    response.end('target')
  })
  servers.push(server)
  await new Promise<void>(resolve => server.listen(join(at.folder, '8000'), resolve))
  const registry = await cloud.world.ports.need('targetGroups')
  const healthy = cloud.world.journal.next(({ kind }) => kind === 'elbv2.healthy')
  registry.register('tg', { id: at.address, networkInterface: at, port: 8000 })
  await healthy
  return Object.assign(whole, { checked })
}

describe('an update of a balancer, with real requests', () => {
  it('changes the rules of a listener: the next request goes by them', async () => {
    await using whole = await start()
    const listener = nodeOf<Listener>(whole, 'listener')
    expect((await whole.get('/')).body).toBe('target')

    const rules: Listener['rules'] = [
      { priority: 1, conditions: [{ field: 'path-pattern', values: ['/news/*'] }], action: says('news') } as never,
      { priority: 'default', conditions: [], action: TO_GROUP },
    ]
    expect(await update(whole.cloud, [{ ...listener, rules, tags: { team: 'a' } }])).toEqual(COMPLETE)
    expect([(await whole.get('/news/1')).body, (await whole.get('/')).body]).toEqual(['news', 'target'])

    const client = new ElasticLoadBalancingV2Client(clientOptions(whole.cloud.gateway.url))
    const { TagDescriptions } = await client.send(new DescribeTagsCommand({ ResourceArns: [listener.arn] }))
    expect(TagDescriptions).toMatchObject([{ Tags: [{ Key: 'team', Value: 'a' }] }])
    await update(whole.cloud, [listener])
    expect((await whole.get('/news/1')).body).toBe('target')
  })

  it('asks another path for health, and counts the target by the answer', async () => {
    await using whole = await start()
    const group = nodeOf<TargetGroup>(whole, 'tg')
    const wanted = { ...group, healthCheck: { ...group.healthCheck, path: '/other', matcher: '418' } }
    const unhealthy = whole.cloud.world.journal.next(({ kind }) => kind === 'elbv2.unhealthy')

    expect(await update(whole.cloud, [{ ...wanted, deregistrationDelay: seconds(7) }])).toEqual(COMPLETE)

    await unhealthy
    expect(whole.checked.at(-1)).toBe('/other')
    const client = new ElasticLoadBalancingV2Client(clientOptions(whole.cloud.gateway.url))
    const { Attributes } = await client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: group.arn }))
    expect(Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '7' })
    // Nobody is healthy: the balancer fails open, and nothing is lost meanwhile.
    expect((await whole.get('/')).body).toBe('target')
  })

  it('opens a new listener and its group, closes a removed one, and refuses a port that is taken', async () => {
    await using whole = await start()
    const { network, cloud } = whole
    const listener = nodeOf<Listener>(whole, 'listener')
    const group = { ...nodeOf<TargetGroup>(whole, 'tg'), id: 'tg-2', name: 'tg-2' }
    const arn = group.arn.replace('targetgroup/tg/', 'targetgroup/tg-2/')
    const second: Listener = {
      ...listener,
      id: 'second',
      arn: listener.arn.replace(/.$/, '0'),
      port: 8080,
      rules: [{ priority: 'default', conditions: [], action: says('second') }],
    }
    await expect(update(cloud, [{ ...second, port: 80 }])).rejects.toThrow('port 80 of the load balancer')

    expect(await update(cloud, [second, { ...group, arn }])).toEqual(COMPLETE)

    const client = new ElasticLoadBalancingV2Client(clientOptions(cloud.gateway.url))
    const at = network.interfaces().find(({ owner }) => owner === 'lb')
    const answers = () =>
      new Promise<boolean>(resolve => {
        const socket = connect(join(at?.folder ?? '', '8080'), () => resolve(true))
        socket.once('connect', () => socket.destroy())
        socket.once('error', () => resolve(false))
      })
    await until(answers, true)
    const named = () => client.send(new DescribeTargetGroupsCommand({ Names: ['tg-2'] }))
    expect((await named()).TargetGroups).toHaveLength(1)

    expect(await update(cloud, [], ['second', 'tg-2'])).toEqual(COMPLETE)
    await until(answers, false)
    expect((await failureOf(named())).status).toBe(400)
    const { Listeners } = await client.send(
      new DescribeListenersCommand({ LoadBalancerArn: nodeOf<TargetGroup>(whole, 'lb').arn }),
    )
    expect(Listeners).toHaveLength(1)
    expect((await whole.get('/')).body).toBe('target')
  })
})

/** The data plane is another thread: it has been told, and does it in a moment. */
async function until(look: () => Promise<boolean>, wanted: boolean): Promise<void> {
  while ((await look()) !== wanted) await new Promise(resolve => setImmediate(resolve))
}

describe('what drains when load balancing ends', () => {
  it('is told to nobody afterwards, and nobody waits for it', async () => {
    const on = await startBalancing()
    const { cloud, realtime, instances } = on
    const registry = await cloud.world.ports.need('targetGroups')
    const [instance] = instances
    if (!instance) throw new Error('there is no instance')
    registry.register('tg', { id: instance.id, networkInterface: instance.networkInterface })
    const told: string[] = []
    registry.onHealth((_group, _id, { state }) => told.push(state))
    const drained = registry.deregister('tg', instance.id)
    expect(told).toEqual(['draining'])

    await on.stop()

    await drained
    await realtime.advance(seconds(60))
    expect(told).toEqual(['draining'])
  })
})
