import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  ReplicateSecretToRegionsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { secureRandom } from '@terrace/kit'
import type { DbInstance, GenerateSecretString, Secret } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, sessionOf, startTestCloud, type TestCloud, testRole } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { kms } from '../kms/index.ts'
import { generateSecret } from './generate.ts'
import { secretsmanager } from './index.ts'

let state: string

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'terrace-secrets-'))
})

afterEach(() => {
  rmSync(state, { recursive: true, force: true })
})

const RULES: GenerateSecretString = {
  length: 30,
  excludeCharacters: '"@/\\',
  excludeLowercase: false,
  excludeUppercase: false,
  excludeNumbers: false,
  excludePunctuation: false,
  includeSpace: false,
  requireEachIncludedType: true,
}
const PLACE = { file: 'template.yaml', line: 7 }

const arnOf = (name: string) => `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-AbCdEf`
const secret = (name: string, value: Secret['value'], attachedTo?: string): Secret => ({
  ...testNode('secret', name, { name, arn: arnOf(name), description: 'a secret', value }),
  ...(attachedTo ? { attachedTo } : {}),
})
const literal = (name: string, text: string) => secret(name, { kind: 'literal', text })
const database = {
  ...testNode('dbInstance', 'db', {} as DbInstance),
  engine: 'mysql',
  endpoint: 'db.example.us-east-1.rds.amazonaws.com',
  port: 3306,
  databaseName: 'mydb',
  identifier: 'library-db',
} as const
const credentials = secret(
  'library/db',
  { kind: 'generated', rules: { ...RULES, template: '{"username":"admin"}', key: 'password' } },
  'db',
)
const reader = testRole('reader', {
  Effect: 'Allow',
  Action: 'secretsmanager:GetSecretValue',
  Resource: `${arnOf('library/db').slice(0, -6)}??????`,
})
const nobody = testRole('nobody')

const start = (...more: readonly Secret[]) =>
  startTestCloud({ nodes: [database, credentials, reader, nobody, ...more], services: [kms, secretsmanager], state })
const clientOf = (cloud: TestCloud) => new SecretsManagerClient({ ...clientOptions(cloud.gateway.url) })
const currentOf = async (cloud: TestCloud, SecretId: string, rest: object = {}) =>
  (await clientOf(cloud).send(new GetSecretValueCommand({ SecretId, ...rest }))).SecretString

describe('generated secrets', () => {
  it.each<[string, Partial<GenerateSecretString>, RegExp]>([
    ['all types', {}, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^\w\s])[^"@/\\\s]{30}$/],
    ['no punctuation', { excludePunctuation: true }, /^[A-Za-z0-9]{30}$/],
    [
      'digits alone',
      { excludePunctuation: true, excludeLowercase: true, excludeUppercase: true, length: 6 },
      /^\d{6}$/,
    ],
    ['a space', { includeSpace: true, length: 5 }, /^(?=.* ).{5}$/],
    ['as short as its types', { length: 4 }, /^.{4}$/],
  ])('L-09: have the characters that the rules say: %s', (_, rules, expected) => {
    const made = Array.from({ length: 50 }, () => generateSecret({ ...RULES, ...rules }, secureRandom, PLACE))
    for (const text of made) expect(text).toMatch(expected)
  })

  it('differ', () => {
    expect(new Set(Array.from({ length: 100 }, () => generateSecret(RULES, secureRandom, PLACE))).size).toBe(100)
  })

  it.each<[string, Partial<GenerateSecretString>]>([
    ['too short', { length: 3 }],
    ['without a character', { excludeCharacters: '0123456789' }],
    ['no JSON', { template: 'username', key: 'password' }],
    ['a list', { template: '[]', key: 'password' }],
  ])('are refused with file and line when the rules are impossible: %s', (_, rules) => {
    const refused = expect(() => generateSecret({ ...RULES, ...rules }, secureRandom, PLACE))
    refused.toThrow(expect.objectContaining({ code: 'SECRET_RULES', place: PLACE }))
  })
})

describe('secrets through the SDK', () => {
  it('L-09: hold the generated password and the address of the database they are attached to', async () => {
    await using cloud = await start()
    const answer = await clientOf(cloud).send(new GetSecretValueCommand({ SecretId: 'library/db' }))
    expect(answer).toMatchObject({ ARN: arnOf('library/db'), Name: 'library/db', VersionStages: ['AWSCURRENT'] })
    expect(answer.CreatedDate?.getFullYear()).toBeGreaterThan(2025)
    expect(JSON.parse(answer.SecretString ?? '')).toEqual({
      username: 'admin',
      password: expect.stringMatching(/^.{30}$/),
      engine: 'mysql',
      host: 'db.example.us-east-1.rds.amazonaws.com',
      port: 3306,
      dbname: 'mydb',
      dbInstanceIdentifier: 'library-db',
    })
    for (const id of [arnOf('library/db'), arnOf('library/db').slice(0, -7)]) {
      expect(await currentOf(cloud, id)).toBe(answer.SecretString)
    }
  })

  it('survive a restart unchanged, in files that only the user can read', async () => {
    const first = await start()
    const before = await clientOf(first).send(new GetSecretValueCommand({ SecretId: 'library/db' }))
    await first.stop()
    const folder = join(state, 'data', 'secretsmanager')
    expect(readdirSync(folder)).toHaveLength(1)
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o077).toBe(0)
    await using second = await start()
    const after = await clientOf(second).send(new GetSecretValueCommand({ SecretId: 'library/db' }))
    expect(after).toMatchObject({ SecretString: before.SecretString, VersionId: before.VersionId })
  })

  it('get a new version when the literal of the template changes, and keep what was put while it does not', async () => {
    const first = await start(literal('key', 'one'))
    await first.stop()
    const second = await start(literal('key', 'two'))
    expect(await currentOf(second, 'key')).toBe('two')
    expect(await currentOf(second, 'key', { VersionStage: 'AWSPREVIOUS' })).toBe('one')
    await clientOf(second).send(new PutSecretValueCommand({ SecretId: 'key', SecretString: 'put' }))
    await second.stop()
    await using third = await start(literal('key', 'two'))
    expect(await currentOf(third, 'key')).toBe('put')
  })

  it('move their stages when a value is put', async () => {
    await using cloud = await start(literal('key', 'one'))
    const client = clientOf(cloud)
    const put = (SecretString: string, rest: object = {}) =>
      client.send(new PutSecretValueCommand({ SecretId: 'key', SecretString, ...rest }))
    const token = '11111111-2222-3333-4444-555555555555'
    const two = await put('two', { ClientRequestToken: token })
    expect(two).toMatchObject({ VersionId: token, VersionStages: ['AWSCURRENT'] })
    expect(await put('two', { ClientRequestToken: token })).toMatchObject({ VersionId: token })
    const again = put('other', { ClientRequestToken: token })
    expect(await failureOf(again)).toMatchObject({ name: 'ResourceExistsException' })
    await put('pending', { VersionStages: ['AWSPENDING'] })
    expect(await currentOf(cloud, 'key')).toBe('two')
    expect(await currentOf(cloud, 'key', { VersionStage: 'AWSPREVIOUS' })).toBe('one')
    expect(await currentOf(cloud, 'key', { VersionStage: 'AWSPENDING' })).toBe('pending')
    await put('three')
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: 'key' }))
    const stages = Object.values(VersionIdsToStages ?? {}).map(each => each.join())
    expect(stages.toSorted()).toEqual(['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'])
    const absent = client.send(new GetSecretValueCommand({ SecretId: 'key', VersionStage: 'OTHER' }))
    expect(await failureOf(absent)).toMatchObject({ name: 'ResourceNotFoundException' })
    await client.send(new PutSecretValueCommand({ SecretId: 'key', SecretBinary: Buffer.from([0, 255]) }))
    const binary = await client.send(new GetSecretValueCommand({ SecretId: 'key' }))
    expect([...(binary.SecretBinary ?? [])]).toEqual([0, 255])
    expect(await failureOf(put('x'.repeat(65_537)))).toMatchObject({ name: 'InvalidParameterException' })
  })

  it('are listed in pages, and read several at once', async () => {
    await using cloud = await start(literal('a', '1'), literal('b', '2'))
    const client = clientOf(cloud)
    const page = await client.send(new ListSecretsCommand({ MaxResults: 2, SortOrder: 'asc' }))
    expect(page.SecretList?.map(({ Name }) => Name)).toEqual(['library/db', 'a'])
    const rest = await client.send(
      new ListSecretsCommand({ MaxResults: 2, SortOrder: 'asc', NextToken: page.NextToken }),
    )
    expect(rest.SecretList?.map(({ Name }) => Name)).toEqual(['b'])
    expect(rest.NextToken).toBeUndefined()
    const batch = await client.send(new BatchGetSecretValueCommand({ SecretIdList: ['a', 'missing', 'b'] }))
    expect(batch.SecretValues?.map(({ SecretString }) => SecretString)).toEqual(['1', '2'])
    expect(batch.Errors).toMatchObject([{ SecretId: 'missing', ErrorCode: 'ResourceNotFoundException' }])
  })

  it('L-12: are readable for a role that its policy allows, and for no other', async () => {
    await using cloud = await start(literal('other', 'x'))
    const client = new SecretsManagerClient({ ...(await cloud.as(sessionOf(reader))) })
    const get = (SecretId: string) => client.send(new GetSecretValueCommand({ SecretId }))
    expect((await get('library/db')).SecretString).toContain('admin')
    expect(await failureOf(get('other'))).toMatchObject({
      name: 'AccessDeniedException',
      message: `User: arn:aws:sts::123456789012:assumed-role/reader/i-0123456789abcdef0 is not authorized to perform: secretsmanager:GetSecretValue on resource: ${arnOf('other')} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
    })
    expect(await failureOf(client.send(new ListSecretsCommand({})))).toMatchObject({ name: 'AccessDeniedException' })
  })

  it('refuse by name what is not emulated', async () => {
    await using cloud = await start()
    const client = clientOf(cloud)
    const AddReplicaRegions = [{ Region: 'eu-west-1' }]
    const create = client.send(new CreateSecretCommand({ Name: 'x', SecretString: 'x', AddReplicaRegions }))
    expect((await failureOf(create)).message).toContain('the member AddReplicaRegions of CreateSecret')
    const replicate = client.send(new ReplicateSecretToRegionsCommand({ SecretId: 'library/db', AddReplicaRegions }))
    expect((await failureOf(replicate)).message).toContain('ReplicateSecretToRegions')
  })
})

describe('secrets for other services', () => {
  it('L-12: are read as the principal would, whole or by member', async () => {
    await using cloud = await start(literal('plain', 'text'))
    const secrets = await cloud.world.ports.need('secrets')
    const as = sessionOf(reader)
    expect(JSON.parse(await secrets.read('library/db', as))).toMatchObject({ username: 'admin' })
    expect(await secrets.read(`${arnOf('library/db')}:username`, as)).toBe('admin')
    expect(await secrets.read(`${arnOf('library/db')}:port:AWSCURRENT:`, as)).toBe('3306')
    await expect(secrets.read('library/db', sessionOf(nobody))).rejects.toMatchObject({
      code: 'SECRET_ACCESS_DENIED',
      hint: expect.stringContaining('grantRead'),
    })
    await expect(secrets.read('library/db:absent', as)).rejects.toMatchObject({
      code: 'SECRET_NO_SUCH_KEY',
      message: expect.stringMatching(/^the secret library\/db has no member "absent", only username, password/),
    })
  })

  it('L-09: are put in for dynamic references', async () => {
    const parameter = testNode('parameter', 'p', { name: '/library/limit', type: 'String', value: '2' })
    await using cloud = await startTestCloud({
      nodes: [database, credentials, literal('plain', 'text'), parameter],
      services: [kms, secretsmanager],
      state,
    })
    const { resolve } = await cloud.world.ports.need('secrets')
    const password = JSON.parse((await currentOf(cloud, 'library/db')) ?? '').password
    expect(await resolve(`{{resolve:secretsmanager:${arnOf('library/db')}:SecretString:password::}}`)).toBe(password)
    expect(
      await resolve('{{resolve:secretsmanager:library/db:SecretString:username}}@{{resolve:secretsmanager:plain}}'),
    ).toBe('admin@text')
    expect(await resolve('{{resolve:ssm:/library/limit}} {{resolve:ssm:/library/limit:1}} none')).toBe('2 2 none')
    await expect(resolve('{{resolve:secretsmanager:missing}}')).rejects.toMatchObject({ code: 'SECRET_NOT_FOUND' })
    await expect(resolve('{{resolve:ssm:/missing}}')).rejects.toMatchObject({ code: 'PARAMETER_NOT_FOUND' })
    await expect(resolve('{{resolve:ssm-secure:/x}}')).rejects.toMatchObject({ code: 'REFERENCE_NOT_EMULATED' })
  })

  it('a file that is damaged is named, with the way out', async () => {
    await (await start()).stop()
    const folder = join(state, 'data', 'secretsmanager')
    for (const file of readdirSync(folder)) writeFileSync(join(folder, file), '{')
    await expect(start()).rejects.toMatchObject({
      code: 'SECRET_STATE_CORRUPT',
      hint: expect.stringContaining('terrace reset'),
    })
  })
})
