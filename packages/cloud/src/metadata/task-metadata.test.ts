import { join } from 'node:path'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, describe, expect, it } from 'vitest'
import { sessionOf, startTestCloud } from '../gateway/testing.ts'
import { sts } from '../services/sts/index.ts'
import { serveTaskMetadata } from './task-metadata.ts'
import { ask, bridge, environment, metadataWorld, socketFolder, trustingRole } from './testing.ts'

const role = trustingRole('task', 'ecs-tasks.amazonaws.com')
const CREDENTIALS = '/v2/credentials/11111111-2222-3333-4444-555555555555'

const ends: (() => void | Promise<void>)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function start(world: Parameters<typeof serveTaskMetadata>[0], principal = sessionOf(role)) {
  const folder = socketFolder()
  ends.push(() => folder[Symbol.dispose]())
  const server = await serveTaskMetadata(world, {
    socket: join(folder.folder, 'task'),
    credentialsPath: CREDENTIALS,
    principal,
    task: () => ({ Cluster: 'main', KnownStatus: 'RUNNING' }),
    containers: () => [
      { id: 'abc-1', metadata: () => ({ Name: 'api', KnownStatus: 'RUNNING' }), stats: () => ({ cpu_stats: {} }) },
      { id: 'abc-2', metadata: () => ({ Name: 'proxy' }), stats: () => undefined },
    ],
  })
  ends.push(() => server.close())
  return { folder: folder.folder, socket: server.socket, get: (path: string) => ask(server.socket, path) }
}

/** Reference section 3.6; ECS Developer Guide "… task metadata endpoint version 4 for tasks on Fargate". */
describe('task metadata', () => {
  it.each<[string, unknown]>([
    ['/v4/abc-1', { Name: 'api', KnownStatus: 'RUNNING' }],
    ['/v4/abc-1/', { Name: 'api', KnownStatus: 'RUNNING' }],
    ['/v4/abc-2/task', { Cluster: 'main', KnownStatus: 'RUNNING' }],
    ['/v4/abc-1/stats', { cpu_stats: {} }],
    ['/v4/abc-2/stats', null],
    ['/v4/abc-1/task/stats', { 'abc-1': { cpu_stats: {} }, 'abc-2': null }],
  ])('answers %s', async (path, expected) => {
    const { get } = await start(metadataWorld(role))
    const { status, body, headers } = await get(path)
    expect({ status, body: JSON.parse(body) }).toEqual({ status: 200, body: expected })
    expect(headers).toMatchObject({ 'content-type': 'application/json' })
  })

  it.each(['/v4/other', '/v4/abc-1/nothing', '/v4/', '/', '/v3/abc-1'])('does not know %s', async path => {
    const { get } = await start(metadataWorld(role))
    expect((await get(path)).status).toBe(404)
  })
})

describe('credentials of a task', () => {
  it('are given to who knows their path', async () => {
    const world = metadataWorld(role)
    const { get, socket } = await start(world)
    const given = JSON.parse((await get(CREDENTIALS)).body)
    expect(given).toMatchObject({ RoleArn: role.arn, Expiration: '2026-01-01T06:00:00Z' })
    expect(world.credentials.find(given.AccessKeyId)?.principal).toEqual(sessionOf(role))
    expect((await get('/v2/credentials/other')).status).toBe(400)
    expect((await get('/v2/credentials')).status).toBe(400)
    expect((await ask(socket, CREDENTIALS, { method: 'PUT' })).status).toBe(405)
  })

  it('are not there when the role does not trust tasks', async () => {
    const world = metadataWorld(trustingRole('task', 'ec2.amazonaws.com'))
    const { get } = await start(world)
    expect((await get(CREDENTIALS)).status).toBe(400)
    expect(world.journal.since(0)).toMatchObject([{ kind: 'identity.notTrusted', node: 'task' }])
  })

  it('serve the default credential chain of the SDK', async () => {
    await using cloud = await startTestCloud({ nodes: [role], services: [sts] })
    const { folder, socket } = await start(cloud.world)
    using port = await bridge(socket)
    using _environment = environment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: port.url + CREDENTIALS, HOME: folder })
    const { credentials: _, ...options } = await cloud.as(sessionOf(role))
    const client = new STSClient(options)
    expect((await client.send(new GetCallerIdentityCommand({}))).Arn).toContain('assumed-role/task/')
  })
})
