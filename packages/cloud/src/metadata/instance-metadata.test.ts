import { join } from 'node:path'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { hours, minutes, seconds } from '@terrace/kit'
import { afterEach, describe, expect, it } from 'vitest'
import { sessionOf, startTestCloud, testRole } from '../gateway/testing.ts'
import { sts } from '../services/sts/index.ts'
import { type InstanceMetadataOptions, serveInstanceMetadata } from './instance-metadata.ts'
import type { InstanceFacts, MetadataServer } from './metadata.ts'
import { ask, bridge, environment, metadataWorld, socketFolder, trustingRole } from './testing.ts'

const role = trustingRole('app', 'ec2.amazonaws.com')

const FACTS: InstanceFacts = {
  instanceId: 'i-0123456789abcdef0',
  instanceType: 't4g.small',
  imageId: 'ami-0123456789abcdef0',
  zone: 'us-east-1a',
  localAddress: '10.0.2.7',
  interfaceId: 'eni-0123456789abcdef0',
  securityGroups: ['app', 'ssh'],
  securityGroupIds: ['sg-1', 'sg-2'],
  subnetId: 'subnet-1',
  subnetCidr: '10.0.2.0/24',
  vpcId: 'vpc-1',
  vpcCidr: '10.0.0.0/16',
  userData: '#!/bin/sh\necho hello\n',
  launchedAt: Date.UTC(2026, 0, 1),
  instanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/app',
  roleName: 'app',
  tags: { Name: 'web', 'a key': 'x' },
}

const ends: (() => void | Promise<void>)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

interface Started {
  readonly facts?: Partial<InstanceFacts>
  readonly options?: Partial<InstanceMetadataOptions>
  readonly world?: ReturnType<typeof metadataWorld>
}

async function start({ facts = {}, options = {}, world = metadataWorld(role) }: Started = {}) {
  const folder = socketFolder()
  ends.push(() => folder[Symbol.dispose]())
  const server: MetadataServer = await serveInstanceMetadata(world, {
    socket: join(folder.folder, 'imds'),
    facts: () => ({ ...FACTS, ...facts }),
    principal: sessionOf(role),
    tokensRequired: true,
    hopLimit: 1,
    ...options,
  })
  ends.push(() => server.close())
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    ask(server.socket, path, { method, headers })
  const token = async (ttl = '21600') =>
    (await get('/latest/api/token', { 'X-aws-ec2-metadata-token-ttl-seconds': ttl }, 'PUT')).body
  const read = async (path: string) => get(path, { 'x-aws-ec2-metadata-token': await token() })
  return { world, server, get, token, read }
}

/** Reference section 8.8.1; EC2 User Guide "Use the Instance Metadata Service". */
describe('tokens of IMDSv2', () => {
  it('are given to a PUT and let a GET through', async () => {
    const { get } = await start()
    const put = await get('/latest/api/token', { 'X-aws-ec2-metadata-token-ttl-seconds': '60' }, 'PUT')
    expect(put).toMatchObject({
      status: 200,
      body: expect.stringMatching(/^[\w-]{54}==$/),
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60', 'content-type': 'text/plain', server: 'EC2ws' },
    })
    const answer = await get('/latest/meta-data/instance-id', { 'x-aws-ec2-metadata-token': put.body })
    expect(answer).toMatchObject({ status: 200, body: 'i-0123456789abcdef0' })
  })

  it.each<[string, string, Record<string, string>, string, number]>([
    ['a PUT without its header', '/latest/api/token', {}, 'PUT', 400],
    ['a life of 0', '/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': '0' }, 'PUT', 400],
    ['a life over six hours', '/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': '21601' }, 'PUT', 400],
    ['a life that is no number', '/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': '1e3' }, 'PUT', 400],
    [
      'a PUT through a proxy',
      '/latest/api/token',
      { 'x-aws-ec2-metadata-token-ttl-seconds': '60', 'x-forwarded-for': '10.0.0.1' },
      'PUT',
      403,
    ],
    ['a PUT of a version', '/2021-03-23/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': '60' }, 'PUT', 403],
    ['a PUT elsewhere', '/latest/meta-data/', { 'x-aws-ec2-metadata-token-ttl-seconds': '60' }, 'PUT', 405],
    ['no token', '/latest/meta-data/', {}, 'GET', 401],
    ['an invented token', '/latest/meta-data/', { 'x-aws-ec2-metadata-token': 'x' }, 'GET', 401],
  ])('%s is refused', async (_, path, headers, method, status) => {
    const { get } = await start()
    expect((await get(path, headers, method)).status).toBe(status)
  })

  it('are refused when they are over, and on another instance', async () => {
    const { get, token, world } = await start()
    const mine = await token('60')
    const other = await start()
    expect((await other.get('/latest/meta-data/', { 'x-aws-ec2-metadata-token': mine })).status).toBe(401)
    await world.clock.advance(seconds(59))
    expect((await get('/latest/meta-data/', { 'x-aws-ec2-metadata-token': mine })).status).toBe(200)
    await world.clock.advance(seconds(1))
    expect((await get('/latest/meta-data/', { 'x-aws-ec2-metadata-token': mine })).status).toBe(401)
  })

  it('are not needed when the template says optional, but a wrong one is refused all the same', async () => {
    const { get } = await start({ options: { tokensRequired: false } })
    expect(await get('/latest/meta-data/local-ipv4')).toMatchObject({ status: 200, body: '10.0.2.7' })
    expect((await get('/latest/meta-data/', { 'x-aws-ec2-metadata-token': 'x' })).status).toBe(401)
  })

  it('do not come back over more hops than the limit', async () => {
    const { server } = await start({ options: { hops: 2 } })
    const signal = AbortSignal.timeout(100)
    const silent = new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('silence'))))
    const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' }
    const asked = ask(server.socket, '/latest/api/token', { method: 'PUT', headers })
    asked.catch(() => {})
    await expect(Promise.race([asked, silent])).rejects.toThrow('silence')
    const near = await start({ options: { hops: 2, hopLimit: 2 } })
    expect(await near.token()).toHaveLength(56)
  })
})

/** Reference section 8.8.2; EC2 User Guide "Instance metadata categories". */
describe('categories', () => {
  it.each<[string, string]>([
    ['/', 'latest'],
    ['/latest', 'dynamic\nmeta-data\nuser-data'],
    ['/latest/meta-data/ami-id', 'ami-0123456789abcdef0'],
    ['/2024-04-11/meta-data/instance-type', 't4g.small'],
    ['/latest/meta-data/hostname', 'ip-10-0-2-7.ec2.internal'],
    ['/latest/meta-data/placement/', 'availability-zone\navailability-zone-id\nregion'],
    ['/latest/meta-data/placement/availability-zone', 'us-east-1a'],
    ['/latest/meta-data/placement/availability-zone-id', 'use1-az1'],
    ['/latest/meta-data/placement/region', 'us-east-1'],
    ['/latest/meta-data/security-groups', 'app\nssh'],
    ['/latest/meta-data/services/domain', 'amazonaws.com'],
    ['/latest/meta-data/instance-action', 'none'],
    ['/latest/meta-data/iam', 'info\nsecurity-credentials/'],
    ['/latest/meta-data/iam/security-credentials/', 'app'],
    ['/latest/user-data', '#!/bin/sh\necho hello\n'],
    ['/latest/dynamic/instance-identity/', 'document'],
  ])('%s', async (path, body) => {
    const { read } = await start()
    expect(await read(path)).toMatchObject({ status: 200, body })
  })

  it.each([
    '/latest/meta-data/nothing',
    '/latest/meta-data/public-ipv4',
    '/latest/meta-data/spot/instance-action',
    '/latest/meta-data/spot/termination-time',
    '/latest/meta-data/autoscaling/target-lifecycle-state',
    '/latest/meta-data/tags/instance/Name',
    '/latest/meta-data/iam/security-credentials/other',
    '/latest/meta-data/ami-id/x',
    '/latest/meta-data/../user-data',
    '/latest/meta-data/constructor',
    '/latest/meta-data//ami-id',
    '/1999/meta-data/',
    '/x',
  ])('%s is a 404', async path => {
    const { read } = await start()
    expect((await read(path)).status).toBe(404)
  })

  it('of the network interface lie below its hardware address', async () => {
    const { read } = await start({ facts: { publicAddress: '203.0.113.9' } })
    const { body: mac } = await read('/latest/meta-data/mac')
    expect(mac).toMatch(/^0e(:[0-9a-f]{2}){5}$/)
    expect((await read('/latest/meta-data/network/interfaces/macs/')).body).toBe(`${mac}/`)
    const value = async (name: string) => (await read(`/latest/meta-data/network/interfaces/macs/${mac}/${name}`)).body
    expect(await value('subnet-ipv4-cidr-block')).toBe('10.0.2.0/24')
    expect(await value('vpc-id')).toBe('vpc-1')
    expect(await value('security-group-ids')).toBe('sg-1\nsg-2')
    expect(await value('ipv4-associations/203.0.113.9')).toBe('10.0.2.7')
    expect((await read('/latest/meta-data/public-hostname')).body).toBe('ec2-203-0-113-9.compute-1.amazonaws.com')
  })

  it('show the state in the group, and tags when the template asks for them', async () => {
    const { read } = await start({ facts: { lifecycleState: 'InService', tagsShown: true } })
    expect((await read('/latest/meta-data/autoscaling/target-lifecycle-state')).body).toBe('InService')
    expect((await read('/latest/meta-data/tags/instance/')).body).toBe('Name\na key')
    expect((await read('/latest/meta-data/tags/instance/Name')).body).toBe('web')
  })

  it('hold the identity document', async () => {
    const { read } = await start()
    const document: unknown = JSON.parse((await read('/latest/dynamic/instance-identity/document')).body)
    expect(document).toMatchObject({
      accountId: '123456789012',
      architecture: 'arm64',
      availabilityZone: 'us-east-1a',
      instanceId: 'i-0123456789abcdef0',
      pendingTime: '2026-01-01T00:00:00Z',
      privateIp: '10.0.2.7',
      region: 'us-east-1',
      version: '2017-09-30',
    })
  })

  it('are read with GET and HEAD alone', async () => {
    const { get, token } = await start()
    const headers = { 'x-aws-ec2-metadata-token': await token() }
    expect(await get('/latest/meta-data/ami-id', headers, 'HEAD')).toMatchObject({ status: 200, body: '' })
    expect((await get('/latest/meta-data/ami-id', headers, 'POST')).status).toBe(405)
    expect((await get('/latest/meta-data/ami-id', headers, 'DELETE')).status).toBe(405)
  })

  it('without user data and without a role lack these', async () => {
    const { instanceProfileArn: _, roleName: _name, ...bare } = FACTS
    const { read } = await start({
      options: { facts: () => ({ ...bare, userData: '' }), principal: { kind: 'anonymous' } },
    })
    expect((await read('/latest/user-data')).status).toBe(404)
    expect((await read('/latest/meta-data/iam/info')).status).toBe(404)
    expect((await read('/latest/meta-data/')).body).not.toContain('iam')
  })
})

describe('credentials of an instance', () => {
  const PATH = '/latest/meta-data/iam/security-credentials/app'

  it('L-12: are those of its role, and renewed long before they end', async () => {
    const { read, world } = await start()
    const first = JSON.parse((await read(PATH)).body)
    expect(first).toMatchObject({ Code: 'Success', Type: 'AWS-HMAC', Expiration: '2026-01-01T06:00:00Z' })
    expect(world.credentials.find(first.AccessKeyId)).toMatchObject({
      principal: sessionOf(role),
      secretAccessKey: first.SecretAccessKey,
      sessionToken: first.Token,
    })
    await world.clock.advance(hours(4))
    expect(JSON.parse((await read(PATH)).body).AccessKeyId).toBe(first.AccessKeyId)
    await world.clock.advance(minutes(61))
    const second = JSON.parse((await read(PATH)).body)
    expect(second.AccessKeyId).not.toBe(first.AccessKeyId)
    expect(second.Expiration).toBe('2026-01-01T11:01:00Z')
  })

  it('are not there when the role does not trust EC2, and the journal says so once', async () => {
    const stranger = { ...testRole('app'), trust: trustingRole('x', 'ecs-tasks.amazonaws.com').trust }
    const world = metadataWorld(stranger)
    const { read } = await start({ world })
    for (let i = 0; i < 2; i++) {
      expect(JSON.parse((await read(PATH)).body)).toMatchObject({ Code: 'AssumeRoleUnauthorizedAccess' })
    }
    const said = world.journal.since(0).filter(({ kind }) => kind === 'identity.notTrusted')
    expect(said.map(({ message }) => message)).toEqual([
      'arn:aws:sts::123456789012:assumed-role/app/i-0123456789abcdef0 gets no credentials: the role does not trust ec2.amazonaws.com',
    ])
  })

  it('serve the default credential chain of the SDK', async () => {
    await using cloud = await startTestCloud({ nodes: [role], services: [sts] })
    const folder = socketFolder()
    ends.push(() => folder[Symbol.dispose]())
    const server = await serveInstanceMetadata(cloud.world, {
      socket: join(folder.folder, 'imds'),
      facts: () => FACTS,
      principal: sessionOf(role),
      tokensRequired: true,
      hopLimit: 1,
    })
    ends.push(() => server.close())
    using port = await bridge(server.socket)
    using _environment = environment({ AWS_EC2_METADATA_SERVICE_ENDPOINT: port.url, HOME: folder.folder })
    const { credentials: _, ...options } = await cloud.as(sessionOf(role))
    const client = new STSClient(options)
    expect((await client.send(new GetCallerIdentityCommand({}))).Arn).toBe(
      'arn:aws:sts::123456789012:assumed-role/app/i-0123456789abcdef0',
    )
  })
})
