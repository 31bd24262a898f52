import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { GetWebACLForResourceCommand } from '@aws-sdk/client-wafv2'
import { minutes, seconds } from '@terrace/kit'
import { MANAGED_CACHE_POLICIES, type RecordSet } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { openAuthority } from '../certificates/authority.ts'
import { startDataPlane } from '../dataplane/data-plane.ts'
import type { ToDataPlane } from '../dataplane/messages.ts'
import { startTestCloud } from '../gateway/testing.ts'
import { VpcNetwork } from '../network/vpc-network.ts'
import type { DataPlane } from '../ports.ts'
import { cloudfront } from '../services/cloudfront/index.ts'
import { testBehavior, testDistribution, view } from '../services/cloudfront/testing.ts'
import { route53 } from '../services/route53/index.ts'
import type { Service } from '../services/service.ts'
import { BALANCER, startFirewalls } from '../services/wafv2/testing.ts'
import { securityGroup, tcp, testNode, threeTiers } from '../testing/architecture.ts'
import { COMPLETE, update } from './testing.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
})

interface Held {
  network?: VpcNetwork
  dataPlane?: DataPlane
  readonly sent: ToDataPlane[]
}

const ground = (held: Held, real: boolean): Service => ({
  name: 'ground',
  emulates: [],
  async start(world) {
    const { architecture, random, clock, folders, ports } = world
    const network = new VpcNetwork({ architecture, random, folder: folders.run, clock })
    const quiet = { send: (message: ToDataPlane) => void held.sent.push(message), async stop() {} }
    const dataPlane = real ? startDataPlane(world) : (quiet as unknown as DataPlane)
    held.network = network
    held.dataPlane = dataPlane
    ports.provide('network', network)
    ports.provide('dataPlane', dataPlane)
    ports.provide('gateway', { link: async () => join(folders.run, 'nobody') } as never)
    const authority = { folder: folders.certificates, name: 'Terrace internal', clock: world.realtime }
    const opened = await openAuthority(authority)
    ports.provide('internalAuthority', opened)
    ports.provide('publicAuthority', opened)
    return {
      async stop() {
        await dataPlane.stop()
        await network.stop()
      },
    }
  },
})

describe('an update of record sets', () => {
  const zone = testNode('hostedZone', 'zone', { name: 'example.com', vpcs: ['vpc'], nameServers: [] })
  const record = (name: string, ...values: readonly string[]): RecordSet =>
    testNode('recordSet', name, { zone: 'zone', name, type: 'A', target: { kind: 'values', values, ttl: minutes(1) } })

  it('leads names elsewhere at once, adds and removes them', async () => {
    const held: Held = { sent: [] }
    const nodes = [...threeTiers(), zone, record('db.example.com', '10.0.4.4'), record('old.example.com', '10.0.4.5')]
    await using cloud = await startTestCloud({ nodes, services: [ground(held, false), route53] })
    const from = held.network?.attach({ owner: 'app', subnet: 'app-a', securityGroups: ['app'] })
    const found = (name: string) => held.network?.resolve(name, from)
    expect(found('db.example.com')).toEqual(['10.0.4.4'])

    const wanted = [record('db.example.com', '10.0.4.9'), record('new.example.com', '10.0.4.6')]
    expect(await update(cloud, wanted, ['old.example.com'])).toEqual(COMPLETE)

    expect(['db', 'new', 'old'].map(name => found(`${name}.example.com`))).toEqual([['10.0.4.9'], ['10.0.4.6'], []])
  })
})

describe('an update of a distribution, with real requests', () => {
  const CACHED = testBehavior().cache
  const UNCACHED = MANAGED_CACHE_POLICIES['4135ea2d-6df8-44a3-9df3-4b5a84be39ad'] ?? CACHED
  const ADDRESS = '198.51.100.7'

  const distribution = (port: number, rest: Parameters<typeof testDistribution>[0] = {}) =>
    testDistribution({
      defaultRootObject: '',
      origins: [
        {
          id: 'site',
          domainName: 'origin.example.com',
          path: '',
          headers: {},
          connectionAttempts: 1,
          connectionTimeout: seconds(5),
          target: { kind: 'custom', protocol: 'http-only', httpPort: port, httpsPort: 443, readTimeout: seconds(5) },
        },
      ],
      behaviors: [testBehavior({ cache: CACHED })],
      ...rest,
    })

  it('takes other behaviours, error pages and origins; what is in the cache stays there', async () => {
    const held: Held = { sent: [] }
    const open = securityGroup('front', [tcp(8000, '0.0.0.0/0'), tcp(8001, '0.0.0.0/0')])
    const nodes = [...threeTiers(), open, distribution(8000)]
    await using cloud = await startTestCloud({ nodes, services: [ground(held, true), cloudfront] })
    const { network, dataPlane } = held
    if (!network || !dataPlane) throw new Error('the ground has not started')
    const at = network.attach({ owner: 'i-1', subnet: 'public-a', securityGroups: ['front'], publicIp: ADDRESS })
    const asked: string[] = []
    for (const port of ['8000', '8001']) {
      const server = createServer((request, response) => {
        asked.push(`${port}${request.url}`)
        response.end(port)
      })
      servers.push(server)
      await new Promise<void>(resolve => server.listen(join(at.folder, port), resolve))
    }
    network.setName('origin.example.com', [ADDRESS])
    dataPlane.send({
      type: 'names',
      names: [{ name: 'quiz.localhost', target: { kind: 'distribution', node: 'Site' } }],
    })
    const { httpPort } = await dataPlane.listen(0, 0)
    const get = async (path: string) => (await view(httpPort, 'quiz.localhost', path)).text
    expect([await get('/kept'), await get('/kept')]).toEqual(['8000', '8000'])
    expect(asked).toEqual(['8000/kept'])

    const behaviors = [testBehavior({ pattern: '/api/*', cache: UNCACHED }), testBehavior({ cache: CACHED })]
    expect(await update(cloud, [distribution(8001, { behaviors })])).toEqual(COMPLETE)

    expect([await get('/kept'), await get('/new'), await get('/api/a'), await get('/api/a')]).toEqual([
      '8000',
      '8001',
      '8001',
      '8001',
    ])
    expect(asked).toEqual(['8000/kept', '8001/new', '8001/api/a', '8001/api/a'])
    await update(cloud, [distribution(8001, { enabled: false })])
    expect((await view(httpPort, 'quiz.localhost', '/kept')).status).toBe(403)
  })

  it('is refused where names change, with the remedy', async () => {
    const held: Held = { sent: [] }
    const nodes = [...threeTiers(), distribution(8000)]
    await using cloud = await startTestCloud({ nodes, services: [ground(held, true), cloudfront] })
    await expect(update(cloud, [distribution(8000, { aliases: ['other.localhost'] })])).rejects.toMatchObject({
      message: expect.stringContaining('aliases cannot be changed in place'),
      hint: expect.stringContaining('terrace down'),
    })
  })
})

const identity = (kind: string, name: string) => ({
  name,
  awsId: `${name}-id`,
  arn: `arn:aws:wafv2:us-east-1:123456789012:regional/${kind}/${name}/${name}-id`,
  scope: 'REGIONAL' as const,
  description: '',
})
const visibility = (name: string) => ({
  SampledRequestsEnabled: true,
  CloudWatchMetricsEnabled: true,
  MetricName: name,
})
const blocking = (path: string) => ({
  Name: 'path',
  Priority: 1,
  Action: { Block: {} },
  Statement: {
    ByteMatchStatement: {
      FieldToMatch: { UriPath: {} },
      PositionalConstraint: 'STARTS_WITH' as const,
      SearchString: Buffer.from(path).toString('base64'),
      TextTransformations: [{ Priority: 0, Type: 'NONE' as const }],
    },
  },
  VisibilityConfig: visibility('path'),
})
const webAcl = (path: string) =>
  testNode('webAcl', 'acl', {
    ...identity('webacl', 'main'),
    defaultAction: { Allow: {} },
    rules: [blocking(path)] as never,
    visibility: visibility('main'),
    customResponseBodies: {},
  })
const guard = testNode('webAclAssociation', 'guard', {
  resourceArn: BALANCER.arn,
  webAclArn: identity('webacl', 'main').arn,
} as never)

describe('an update of a web ACL', () => {
  it('changes the rules that requests are decided by, then takes guard and rules away', async () => {
    await using on = await startFirewalls([webAcl('/admin'), guard])
    const rules = () =>
      on.sent.flatMap(message => (message.type === 'firewall' ? [JSON.stringify(message.config)] : []))
    const encoded = (path: string) => Buffer.from(path).toString('base64')
    expect(rules().at(-1)).toContain(encoded('/admin'))

    expect(await update(on.cloud, [webAcl('/internal')])).toEqual(COMPLETE)
    expect(rules().at(-1)).toContain(encoded('/internal'))

    expect(await update(on.cloud, [], ['guard', 'acl'])).toEqual(COMPLETE)
    expect(on.sent.at(-1)).toEqual({ type: 'guard', resource: BALANCER.id, acl: null })
    const { WebACL } = await on.client.send(new GetWebACLForResourceCommand({ ResourceArn: BALANCER.arn }))
    expect(WebACL).toBeUndefined()
  })

  it('guards what was not guarded, from the update on', async () => {
    await using on = await startFirewalls([])
    expect(await update(on.cloud, [webAcl('/admin'), guard])).toEqual(COMPLETE)
    const { WebACL } = await on.client.send(new GetWebACLForResourceCommand({ ResourceArn: BALANCER.arn }))
    expect(WebACL?.Name).toBe('main')
    expect(on.sent.at(-1)).toEqual({ type: 'guard', resource: BALANCER.id, acl: identity('webacl', 'main').arn })
  })
})
