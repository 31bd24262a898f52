import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm'
import type { Parameter } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, sessionOf, startTestCloud, testRole } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { ssm } from './index.ts'

let state: string

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'terrace-ssm-'))
})

afterEach(() => {
  rmSync(state, { recursive: true, force: true })
})

const parameter = (name: string, value: string, type: Parameter['type'] = 'String') =>
  testNode('parameter', name, { name, type, value })
const reader = testRole('reader', {
  Effect: 'Allow',
  Action: ['ssm:GetParameter', 'ssm:GetParameters'],
  Resource: 'arn:aws:ssm:us-east-1:123456789012:parameter/library/*',
})

async function start(...parameters: readonly Parameter[]) {
  const cloud = await startTestCloud({ nodes: [reader, ...parameters], services: [ssm], state })
  const client = new SSMClient({ ...clientOptions(cloud.gateway.url) })
  const get = async (Name: string) =>
    (await client.send(new GetParameterCommand({ Name, WithDecryption: true }))).Parameter
  const put = (Name: string, Value: string, rest: object = {}) =>
    client.send(new PutParameterCommand({ Name, Value, Type: 'String', ...rest }))
  return { cloud, client, get, put, [Symbol.asyncDispose]: () => cloud.stop() }
}

describe('parameters through the SDK', () => {
  it('are those of the template and those that were put', async () => {
    await using world = await start(parameter('/library/limit', '2'), parameter('zones', 'a,b', 'StringList'))
    const { get, put, client } = world
    expect(await get('/library/limit')).toMatchObject({
      Name: '/library/limit',
      Type: 'String',
      Value: '2',
      Version: 1,
      ARN: 'arn:aws:ssm:us-east-1:123456789012:parameter/library/limit',
      DataType: 'text',
      LastModifiedDate: expect.any(Date),
    })
    expect((await get('arn:aws:ssm:us-east-1:123456789012:parameter/library/limit'))?.Value).toBe('2')
    expect((await get('arn:aws:ssm:us-east-1:123456789012:parameter/zones'))?.Type).toBe('StringList')
    expect(await put('/library/new', 'x')).toMatchObject({ Version: 1, Tier: 'Standard' })
    expect(await failureOf(put('/library/new', 'y'))).toMatchObject({ name: 'ParameterAlreadyExists', status: 400 })
    expect(await put('/library/new', 'y', { Overwrite: true })).toMatchObject({ Version: 2 })
    expect((await get('/library/new:1'))?.Value).toBe('x')
    expect(await failureOf(get('/library/new:3'))).toMatchObject({ name: 'ParameterVersionNotFound' })
    expect(await failureOf(get('/missing'))).toMatchObject({ name: 'ParameterNotFound', status: 400 })
    const several = await client.send(new GetParametersCommand({ Names: ['zones', '/missing', '/library/new'] }))
    expect(several.Parameters?.map(({ Value }) => Value)).toEqual(['a,b', 'y'])
    expect(several.InvalidParameters).toEqual(['/missing'])
    await client.send(new DeleteParameterCommand({ Name: '/library/new' }))
    expect(await failureOf(client.send(new DeleteParameterCommand({ Name: '/library/new' })))).toMatchObject({
      name: 'ParameterNotFound',
    })
  })

  it('are listed by path, directly below or all the way down, in pages', async () => {
    const names = ['/a/1', '/a/2', '/a/b/3', '/ab/4', '/a/5']
    await using world = await start(...names.map(name => parameter(name, name)))
    const list = (rest: object) => world.client.send(new GetParametersByPathCommand({ Path: '/a', ...rest }))
    expect((await list({})).Parameters?.map(({ Name }) => Name)).toEqual(['/a/1', '/a/2', '/a/5'])
    expect((await list({ Recursive: true })).Parameters).toHaveLength(4)
    const page = await list({ MaxResults: 2, Path: '/a/' })
    const rest = await list({ MaxResults: 2, Path: '/a/', NextToken: page.NextToken })
    expect(rest.Parameters?.map(({ Name }) => Name)).toEqual(['/a/5'])
    expect(rest.NextToken).toBeUndefined()
    expect(await failureOf(list({ Path: 'a' }))).toMatchObject({ name: 'ValidationException' })
    const all = await world.client.send(new DescribeParametersCommand({ MaxResults: 3 }))
    expect(all.Parameters).toHaveLength(3)
    const more = await world.client.send(new DescribeParametersCommand({ NextToken: all.NextToken }))
    expect(more.Parameters).toHaveLength(2)
  })

  it('survive a restart; the template wins only where it has changed', async () => {
    const first = await start(parameter('/kept', '1'), parameter('/changed', '1'), parameter('/dropped', '1'))
    for (const name of ['/kept', '/changed', '/own']) await first.put(name, 'put', { Overwrite: true })
    await first.cloud.stop()
    await using second = await start(parameter('/kept', '1'), parameter('/changed', '2'))
    expect(await second.get('/kept')).toMatchObject({ Value: 'put', Version: 2 })
    expect(await second.get('/changed')).toMatchObject({ Value: '2', Version: 3 })
    expect((await second.get('/own'))?.Value).toBe('put')
    expect(await failureOf(second.get('/dropped'))).toMatchObject({ name: 'ParameterNotFound' })
  })

  it('include the public ones of AWS, with an image that is always the same', async () => {
    await using world = await start()
    const name = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'
    const image = await world.get(name)
    expect(image).toMatchObject({
      Value: expect.stringMatching(/^ami-[0-9a-f]{17}$/),
      ARN: `arn:aws:ssm:us-east-1::parameter${name}`,
    })
    expect((await world.get(name))?.Value).toBe(image?.Value)
    expect(await failureOf(world.get('/aws/service/nothing'))).toMatchObject({ name: 'ParameterNotFound' })
  })

  it.each([
    ['/aws/x', 'v', {}, 'ValidationException'],
    ['ssm-x', 'v', {}, 'ValidationException'],
    ['/a b', 'v', {}, 'ValidationException'],
    ['a/b', 'v', {}, 'ValidationException'],
    [`/${'a/'.repeat(15)}a`, 'v', {}, 'HierarchyLevelLimitExceededException'],
    ['/large', 'v'.repeat(4097), {}, 'ValidationException'],
    ['/empty', '', {}, 'ValidationException'],
    ['/list', 'a,,b', { Type: 'StringList' }, 'ValidationException'],
    ['/no-type', 'v', { Type: undefined }, 'ValidationException'],
  ])('the parameter %s is refused', async (name, value, rest, code) => {
    await using world = await start()
    expect(await failureOf(world.put(name, value, rest))).toMatchObject({ name: code })
  })

  it('takes larger values in the advanced tier', async () => {
    await using world = await start()
    expect(await world.put('/large', 'v'.repeat(8192), { Tier: 'Intelligent-Tiering' })).toMatchObject({
      Tier: 'Advanced',
    })
  })

  it('are readable for a role as far as its policy goes', async () => {
    await using world = await start(parameter('/library/limit', '2'), parameter('/other', 'x'))
    const client = new SSMClient({ ...(await world.cloud.as(sessionOf(reader))) })
    expect((await client.send(new GetParameterCommand({ Name: '/library/limit' }))).Parameter?.Value).toBe('2')
    const denied = client.send(new GetParametersCommand({ Names: ['/library/limit', '/other'] }))
    expect(await failureOf(denied)).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('on resource: arn:aws:ssm:us-east-1:123456789012:parameter/other because'),
    })
  })
})
