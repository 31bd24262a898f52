import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  AddTagsToResourceCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  SSMClient,
  UnlabelParameterVersionCommand,
} from '@aws-sdk/client-ssm'
import type { ArchitectureNode } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, sessionOf, startTestCloud, testRole } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { imageIn, imageProcess, machineWith } from '../../workload/testing.ts'
import { kms } from '../kms/index.ts'
import { ssm } from './index.ts'
import { MOST_VERSIONS } from './limits.ts'

let state: string

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'terrace-ssm-'))
})

afterEach(() => {
  rmSync(state, { recursive: true, force: true })
})

const PARAMETERS = 'arn:aws:ssm:us-east-1:123456789012:parameter'

const reader = testRole('reader', { Effect: 'Allow', Action: 'ssm:Get*', Resource: `${PARAMETERS}/shop/*` })
const keyUser = testRole(
  'key-user',
  { Effect: 'Allow', Action: 'ssm:*', Resource: '*' },
  {
    Effect: 'Allow',
    Action: ['kms:Decrypt', 'kms:Encrypt'],
    Resource: '*',
    Condition: { StringEquals: { 'kms:ViaService': 'ssm.us-east-1.amazonaws.com' } },
  },
)

async function start(nodes: readonly ArchitectureNode[] = []) {
  const cloud = await startTestCloud({ nodes: [reader, keyUser, ...nodes], services: [kms, ssm], state })
  const client = new SSMClient({ ...clientOptions(cloud.gateway.url) })
  const put = (Name: string, Value: string, rest: object = {}) =>
    client.send(new PutParameterCommand({ Name, Value, Type: 'String', ...rest }))
  const value = async (Name: string, WithDecryption = true, as = client) =>
    (await as.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter?.Value
  const as = async (role: typeof reader) => new SSMClient({ ...(await cloud.as(sessionOf(role))) })
  return { cloud, client, put, value, as, [Symbol.asyncDispose]: () => cloud.stop() }
}

describe('a SecureString', () => {
  it('S-10: is encrypted in the state folder, given in plain text with decryption alone, and survives a restart', async () => {
    const first = await start()
    await first.put('/shop/password', 'very-secret', { Type: 'SecureString' })
    const cipher = await first.value('/shop/password', false)
    expect(cipher).not.toContain('very-secret')
    await first.cloud.stop()
    expect(readFileSync(join(state, 'data', 'ssm', 'parameters.json'), 'utf8')).not.toContain('very-secret')
    await using second = await start()
    expect(await second.value('/shop/password')).toBe('very-secret')
    const several = new GetParametersCommand({ Names: ['/shop/password'], WithDecryption: true })
    expect((await second.client.send(several)).Parameters?.[0]?.Value).toBe('very-secret')
    const below = new GetParametersByPathCommand({ Path: '/shop', WithDecryption: true })
    expect((await second.client.send(below)).Parameters?.[0]?.Value).toBe('very-secret')
    const { Parameters } = await second.client.send(new DescribeParametersCommand({}))
    expect(Parameters).toMatchObject([{ Name: '/shop/password', Type: 'SecureString', KeyId: 'alias/aws/ssm' }])
  })

  it('needs no permission of KMS with the default key, as its policy lets everybody in through Systems Manager', async () => {
    await using on = await start()
    await on.put('/shop/password', 'very-secret', { Type: 'SecureString' })
    expect(await on.value('/shop/password', true, await on.as(reader))).toBe('very-secret')
  })

  it('S-10: of a customer key needs kms:Decrypt on that key, whatever SSM allows', async () => {
    await using on = await start()
    const keys = new KMSClient({ ...clientOptions(on.cloud.gateway.url) })
    const { KeyMetadata } = await keys.send(new CreateKeyCommand({}))
    const KeyId = KeyMetadata?.Arn ?? ''
    await on.put('/shop/own', 'very-secret', { Type: 'SecureString', KeyId })
    const asReader = await on.as(reader)
    expect(await failureOf(on.value('/shop/own', true, asReader))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(/kms:Decrypt on resource: arn:aws:kms/),
    })
    expect(await on.value('/shop/own', false, asReader)).not.toBe('very-secret')
    expect(await on.value('/shop/own', true, await on.as(keyUser))).toBe('very-secret')
    await keys.send(new DisableKeyCommand({ KeyId }))
    expect(await failureOf(on.value('/shop/own'))).toMatchObject({ name: 'InvalidKeyId' })
    const none = on.put('/shop/none', 'x', { Type: 'SecureString', KeyId: 'alias/none' })
    expect(await failureOf(none)).toMatchObject({ name: 'InvalidKeyId' })
  })

  it('stays what it is: another type is refused, and a key is for SecureStrings alone', async () => {
    await using on = await start()
    await on.put('/shop/password', 'one', { Type: 'SecureString' })
    const plain = on.put('/shop/password', 'two', { Overwrite: true })
    expect(await failureOf(plain)).toMatchObject({ name: 'HierarchyTypeMismatchException' })
    await on.put('/shop/password', 'two', { Type: undefined, Overwrite: true })
    expect(await on.value('/shop/password')).toBe('two')
    expect(await on.value('/shop/password:1')).toBe('one')
    expect(await failureOf(on.put('/plain', 'x', { KeyId: 'alias/x' }))).toMatchObject({ name: 'ValidationException' })
  })
})

describe('SecureStrings that a template refers to', () => {
  const database = testNode('dbInstance', 'database', {
    identifier: 'shop',
    arn: '',
    engine: 'mysql',
    engineVersion: '8.4',
    instanceClass: 'db.t3.micro',
    multiAz: false,
    subnets: [],
    securityGroups: [],
    endpoint: 'shop.rds.amazonaws.com',
    port: 3306,
    masterUsername: 'admin',
    masterPassword: '{{resolve:ssm-secure:/shop/database/password}}',
    publiclyAccessible: false,
    storageGiB: 20,
    storageType: 'gp3',
    encrypted: true,
    backupRetentionDays: 1,
    deletionProtection: false,
  })
  const secrets = { SESSION_SECRET: `${PARAMETERS}/shop/session/secret`, OTHER: `${PARAMETERS}/shop/put` }
  const machine = machineWith([imageProcess(imageIn('/'), { secrets })])
  const template = testNode('launchTemplate', 'template', { name: 'app', machine })

  it('S-10: are made once when nobody has put them, kept, and named in the journal without their value', async () => {
    const first = await start([database, template])
    const made = await first.value('/shop/database/password')
    expect(made).toMatch(/^[A-Za-z0-9]{32}$/)
    expect(await first.value('/shop/session/secret')).not.toBe(made)
    const notes = first.cloud.world.journal.since(0).filter(({ kind }) => kind === 'ssm.parameterMade')
    expect(notes.map(({ details }) => details?.name)).toEqual([
      '/shop/database/password',
      '/shop/put',
      '/shop/session/secret',
    ])
    expect(JSON.stringify(notes)).not.toContain(made)
    await first.put('/shop/put', 'mine', { Type: 'SecureString', Overwrite: true })
    const { resolveSecure } = await first.cloud.world.ports.need('parameters')
    expect(await resolveSecure(`a {{resolve:ssm-secure:/shop/database/password}} b`)).toBe(`a ${made} b`)
    await expect(resolveSecure('{{resolve:ssm-secure:/missing:2}}')).rejects.toMatchObject({
      code: 'PARAMETER_NOT_FOUND',
    })
    await first.put('/plain', 'x')
    await expect(resolveSecure('{{resolve:ssm-secure:/plain}}')).rejects.toMatchObject({ code: 'PARAMETER_NOT_SECURE' })
    await first.cloud.stop()
    await using second = await start([database, template])
    expect(await second.value('/shop/database/password')).toBe(made)
    expect(await second.value('/shop/put')).toBe('mine')
  })
})

describe('versions and labels', () => {
  it('are given by number and by label; a label is on one version at a time', async () => {
    await using on = await start()
    await on.put('/a', 'one')
    await on.put('/a', 'two', { Overwrite: true })
    const label = (ParameterVersion: number | undefined, ...Labels: string[]) =>
      on.client.send(new LabelParameterVersionCommand({ Name: '/a', ParameterVersion, Labels }))
    expect(await label(1, 'production', '1st', 'aws-x')).toMatchObject({
      InvalidLabels: ['1st', 'aws-x'],
      ParameterVersion: 1,
    })
    expect(await on.value('/a:production')).toBe('one')
    expect((await label(undefined, 'production')).ParameterVersion).toBe(2)
    expect(await on.value('/a:production')).toBe('two')
    expect(await failureOf(on.value('/a:test'))).toMatchObject({ name: 'ParameterVersionNotFound' })
    expect(await failureOf(label(7, 'x'))).toMatchObject({ name: 'ParameterVersionNotFound' })
    const many = Array.from({ length: 10 }, (_, index) => `label-${index}`)
    expect(await failureOf(label(2, ...many))).toMatchObject({ name: 'ParameterVersionLabelLimitExceeded' })
    const unlabel = new UnlabelParameterVersionCommand({ Name: '/a', ParameterVersion: 2, Labels: ['production', 'x'] })
    expect(await on.client.send(unlabel)).toMatchObject({ RemovedLabels: ['production'], InvalidLabels: ['x'] })
    const history = await on.client.send(new GetParameterHistoryCommand({ Name: '/a' }))
    expect(history.Parameters?.map(({ Version, Value, Labels }) => [Version, Value, Labels])).toEqual([
      [1, 'one', []],
      [2, 'two', []],
    ])
  })

  it('are a hundred at most: the oldest goes, unless it has a label', async () => {
    await using on = await start()
    for (let version = 1; version <= MOST_VERSIONS + 1; version++) await on.put('/a', `${version}`, { Overwrite: true })
    expect(await failureOf(on.value('/a:1'))).toMatchObject({ name: 'ParameterVersionNotFound' })
    const page = await on.client.send(new GetParameterHistoryCommand({ Name: '/a' }))
    expect(page.Parameters).toHaveLength(50)
    const rest = await on.client.send(new GetParameterHistoryCommand({ Name: '/a', NextToken: page.NextToken }))
    expect(rest.Parameters?.at(-1)?.Version).toBe(MOST_VERSIONS + 1)
    await on.client.send(new LabelParameterVersionCommand({ Name: '/a', ParameterVersion: 2, Labels: ['kept'] }))
    const next = on.put('/a', 'x', { Overwrite: true })
    expect(await failureOf(next)).toMatchObject({ name: 'ParameterMaxVersionLimitExceeded' })
  })
})

describe('filters', () => {
  it.each([
    ['a name', { Key: 'Name', Values: ['/a/1'] }, ['/a/1']],
    ['the beginning of a name', { Key: 'Name', Option: 'BeginsWith', Values: ['/a'] }, ['/a/1', '/a/b/2']],
    ['part of a name', { Key: 'Name', Option: 'Contains', Values: ['b'] }, ['/a/b/2']],
    ['a path', { Key: 'Path', Option: 'OneLevel', Values: ['/a'] }, ['/a/1']],
    ['a path and all below', { Key: 'Path', Option: 'Recursive', Values: ['/a'] }, ['/a/1', '/a/b/2']],
    ['a type', { Key: 'Type', Values: ['SecureString'] }, ['/c']],
    ['a key', { Key: 'KeyId', Values: ['alias/aws/ssm'] }, ['/c']],
    ['a tier', { Key: 'Tier', Values: ['Advanced'] }, ['/a/b/2']],
    ['a tag', { Key: 'tag:team', Values: ['red'] }, ['/c']],
    ['a tag of any value', { Key: 'tag:team' }, ['/c']],
  ])('of DescribeParameters choose by %s', async (_, filter, names) => {
    await using on = await start()
    await on.put('/a/1', 'x')
    await on.put('/a/b/2', 'x', { Tier: 'Advanced' })
    await on.put('/c', 'x', { Type: 'SecureString', Tags: [{ Key: 'team', Value: 'red' }] })
    const found = await on.client.send(new DescribeParametersCommand({ ParameterFilters: [filter] }))
    expect(found.Parameters?.map(({ Name }) => Name)).toEqual(names)
  })

  it('of a path choose by type and by label, which chooses the version too', async () => {
    await using on = await start()
    await on.put('/a/1', 'old')
    await on.client.send(new LabelParameterVersionCommand({ Name: '/a/1', Labels: ['live'] }))
    await on.put('/a/1', 'new', { Overwrite: true })
    await on.put('/a/2', 'x,y', { Type: 'StringList' })
    const list = async (filter: { Key: string; Values: string[] }) =>
      (await on.client.send(new GetParametersByPathCommand({ Path: '/a', ParameterFilters: [filter] }))).Parameters
    expect((await list({ Key: 'Type', Values: ['StringList'] }))?.map(({ Name }) => Name)).toEqual(['/a/2'])
    expect((await list({ Key: 'Label', Values: ['live'] }))?.map(({ Value }) => Value)).toEqual(['old'])
    expect(await failureOf(list({ Key: 'Path', Values: ['/a'] }))).toMatchObject({ name: 'InvalidFilterKey' })
    const odd = new DescribeParametersCommand({
      ParameterFilters: [{ Key: 'Type', Option: 'BeginsWith', Values: ['S'] }],
    })
    expect(await failureOf(on.client.send(odd))).toMatchObject({ name: 'InvalidFilterOption' })
  })
})

describe('tags and the rest', () => {
  it('are put with a new parameter, added and removed', async () => {
    await using on = await start()
    await on.put('/a', 'x', { Tags: [{ Key: 'one', Value: '1' }] })
    const resource = { ResourceType: 'Parameter' as const, ResourceId: '/a' }
    await on.client.send(new AddTagsToResourceCommand({ ...resource, Tags: [{ Key: 'two', Value: '2' }] }))
    await on.client.send(new RemoveTagsFromResourceCommand({ ...resource, TagKeys: ['one'] }))
    const { TagList } = await on.client.send(new ListTagsForResourceCommand(resource))
    expect(TagList).toEqual([{ Key: 'two', Value: '2' }])
    const both = on.put('/a', 'y', { Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] })
    expect(await failureOf(both)).toMatchObject({ name: 'ValidationException' })
    const missing = new ListTagsForResourceCommand({ ...resource, ResourceId: '/missing' })
    expect(await failureOf(on.client.send(missing))).toMatchObject({ name: 'InvalidResourceId' })
  })

  it('several are deleted in one call, which names those that are not there', async () => {
    await using on = await start()
    await on.put('/a', 'x')
    expect(await on.client.send(new DeleteParametersCommand({ Names: ['/a', '/b'] }))).toMatchObject({
      DeletedParameters: ['/a'],
      InvalidParameters: ['/b'],
    })
  })

  it.each([
    ['a value that breaks the allowed pattern', 'abc', { AllowedPattern: '\\d+' }, 'ParameterPatternMismatchException'],
    ['an allowed pattern that is none', 'abc', { AllowedPattern: '(' }, 'InvalidAllowedPatternException'],
    ['an image that is none', 'abc', { DataType: 'aws:ec2:image' }, 'ValidationException'],
    ['a member that is not emulated', 'abc', { Policies: '[]' }, 'UnknownOperationException'],
  ])('refuses %s', async (_, value, rest, code) => {
    await using on = await start()
    expect(await failureOf(on.put('/a', value, rest))).toMatchObject({ name: code })
    await on.put('/a', '17', { AllowedPattern: '\\d+' })
    const later = on.put('/a', 'abc', { Overwrite: true })
    expect(await failureOf(later)).toMatchObject({ name: 'ParameterPatternMismatchException' })
  })

  it('an advanced parameter does not become a standard one', async () => {
    await using on = await start()
    await on.put('/a', 'x', { Tier: 'Advanced' })
    expect(await on.put('/a', 'y', { Overwrite: true })).toMatchObject({ Version: 2, Tier: 'Advanced' })
    expect(await failureOf(on.put('/a', 'z', { Overwrite: true, Tier: 'Standard' }))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining("can't downgrade"),
    })
  })
})
