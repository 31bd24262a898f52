import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateKeyCommand, DisableKeyCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  type CreateSecretCommandInput,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type Filter,
  GetRandomPasswordCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
  ValidateResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager'
import { days, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, policy, sessionOf, startTestCloud, testRole } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { kms } from '../kms/index.ts'
import { secretsmanager } from './index.ts'

const START = Date.UTC(2026, 10, 22, 9, 30)
const TOKENS = ['1', '2', '3'].map(digit => digit.repeat(32))

const reader = testRole('reader', { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' })
const nobody = testRole('nobody')

let state: string

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'terrace-secrets-'))
})

afterEach(() => {
  rmSync(state, { recursive: true, force: true })
})

async function start(...nodes: readonly ArchitectureNode[]) {
  const clock = new VirtualClock(START)
  const services = [kms, secretsmanager]
  const cloud = await startTestCloud({ nodes: [reader, nobody, ...nodes], services, state, clock })
  const client = new SecretsManagerClient(clientOptions(cloud.gateway.url))
  const create = (Name: string, rest: Partial<CreateSecretCommandInput> = {}) =>
    client.send(new CreateSecretCommand({ Name, SecretString: 'one', ...rest }))
  const read = async (SecretId: string, VersionStage?: string) =>
    (await client.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString
  const names = async (Filters: Filter[], rest: object = {}) =>
    (await client.send(new ListSecretsCommand({ Filters, SortBy: 'name', SortOrder: 'asc', ...rest }))).SecretList?.map(
      ({ Name }) => Name,
    )
  const keys = new KMSClient(clientOptions(cloud.gateway.url))
  const makeKey = async () => (await keys.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? ''
  return { cloud, clock, client, create, read, names, keys, makeKey, [Symbol.asyncDispose]: () => cloud.stop() }
}

const contents = () =>
  readdirSync(join(state, 'data', 'secretsmanager')).map(name =>
    readFileSync(join(state, 'data', 'secretsmanager', name), 'utf8'),
  )

describe('a secret', () => {
  it('is made with its first version, and the same request gives it again', async () => {
    await using on = await start()
    const request = { ClientRequestToken: TOKENS[0], Description: 'for orders', Tags: [{ Key: 'team', Value: 'shop' }] }
    const made = await on.create('shop/key', request)
    expect(made).toMatchObject({ Name: 'shop/key', VersionId: TOKENS[0] })
    expect(made.ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:123456789012:secret:shop\/key-[A-Za-z0-9]{6}$/)
    expect((await on.create('shop/key', request)).ARN).toBe(made.ARN)
    expect(await failureOf(on.create('shop/key'))).toMatchObject({ name: 'ResourceExistsException' })
    expect(await on.client.send(new DescribeSecretCommand({ SecretId: 'shop/key' }))).toMatchObject({
      Description: 'for orders',
      Tags: [{ Key: 'team', Value: 'shop' }],
      VersionIdsToStages: { [TOKENS[0] ?? '']: ['AWSCURRENT'] },
      CreatedDate: new Date(START),
    })
    await on.client.send(new GetSecretValueCommand({ SecretId: made.ARN }))
    const { LastAccessedDate } = await on.client.send(new DescribeSecretCommand({ SecretId: 'shop/key' }))
    expect(LastAccessedDate).toEqual(new Date(Date.UTC(2026, 10, 22)))
  })

  it('survives a restart, and no file shows its value', async () => {
    const first = await start()
    await first.create('shop/key', { SecretString: 'plain-as-day' })
    await first.cloud.stop()
    expect(contents().join()).not.toContain('plain-as-day')
    expect(contents().join()).toContain('sealed')
    await using second = await start()
    expect(await second.read('shop/key')).toBe('plain-as-day')
  })

  it('may be made without a value, and is updated in every part', async () => {
    await using on = await start()
    await on.create('empty', { SecretString: undefined })
    expect(await failureOf(on.read('empty'))).toMatchObject({ name: 'ResourceNotFoundException' })
    const updated = await on.client.send(
      new UpdateSecretCommand({
        SecretId: 'empty',
        Description: 'full',
        SecretString: 'two',
        ClientRequestToken: TOKENS[1],
      }),
    )
    expect(updated.VersionId).toBe(TOKENS[1])
    expect(await on.read('empty')).toBe('two')
    const described = await on.client.send(new DescribeSecretCommand({ SecretId: 'empty' }))
    expect(described.Description).toBe('full')
    await on.client.send(new TagResourceCommand({ SecretId: 'empty', Tags: [{ Key: 'a', Value: '1' }, { Key: 'b' }] }))
    await on.client.send(new UntagResourceCommand({ SecretId: 'empty', TagKeys: ['a'] }))
    const tagged = await on.client.send(new DescribeSecretCommand({ SecretId: 'empty' }))
    expect(tagged.Tags).toEqual([{ Key: 'b', Value: '' }])
  })

  it('can be restored until its deletion comes, and is refused meanwhile', async () => {
    await using on = await start()
    await on.create('key')
    const remove = (rest: object) => on.client.send(new DeleteSecretCommand({ SecretId: 'key', ...rest }))
    for (const RecoveryWindowInDays of [6, 31]) {
      expect(await failureOf(remove({ RecoveryWindowInDays }))).toMatchObject({ name: 'InvalidParameterException' })
    }
    const both = remove({ RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true })
    expect(await failureOf(both)).toMatchObject({ name: 'InvalidParameterException' })
    expect((await remove({})).DeletionDate).toEqual(new Date(START + days(30)))
    expect(await failureOf(on.read('key'))).toMatchObject({
      name: 'InvalidRequestException',
      message: "You can't perform this operation on the secret because it was marked for deletion.",
    })
    expect(await failureOf(on.create('key'))).toMatchObject({ name: 'InvalidRequestException' })
    expect(await on.names([])).toEqual([])
    expect(await on.names([], { IncludePlannedDeletion: true })).toEqual(['key'])
    await on.clock.advance(days(29))
    await on.client.send(new RestoreSecretCommand({ SecretId: 'key' }))
    expect(await on.read('key')).toBe('one')
    await remove({ RecoveryWindowInDays: 7 })
    await on.clock.advance(days(7))
    expect(await failureOf(on.read('key'))).toMatchObject({ name: 'ResourceNotFoundException' })
    await on.create('key', { SecretString: 'new' })
    await remove({ ForceDeleteWithoutRecovery: true })
    await remove({ ForceDeleteWithoutRecovery: true })
    expect(contents()).toEqual([])
  })

  it('of the template that was deleted is not made again', async () => {
    const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf'
    const node = testNode('secret', 'key', { name: 'key', arn, description: '', value: { kind: 'literal', text: 'x' } })
    const first = await start(node)
    await first.client.send(new DeleteSecretCommand({ SecretId: 'key', ForceDeleteWithoutRecovery: true }))
    await first.cloud.stop()
    await using second = await start(node)
    expect(await failureOf(second.read('key'))).toMatchObject({ name: 'ResourceNotFoundException' })
    await second.create('key', { SecretString: 'another' })
    expect(await second.read('key')).toBe('another')
  })

  it.each(['a b', 'ä', 'a:b'])('is refused with the name %s', async name => {
    await using on = await start()
    expect(await failureOf(on.create(name))).toMatchObject({ name: 'InvalidParameterException' })
  })
})

describe('stages', () => {
  it('are moved, and the previous value is always the one before the current', async () => {
    await using on = await start()
    await on.create('key', { ClientRequestToken: TOKENS[0] })
    const put = (SecretString: string, ClientRequestToken: string | undefined, VersionStages: string[]) =>
      on.client.send(new PutSecretValueCommand({ SecretId: 'key', SecretString, ClientRequestToken, VersionStages }))
    await put('two', TOKENS[1], ['AWSPENDING'])
    const move = (VersionStage: string, RemoveFromVersionId?: string, MoveToVersionId?: string) =>
      on.client.send(
        new UpdateSecretVersionStageCommand({ SecretId: 'key', VersionStage, RemoveFromVersionId, MoveToVersionId }),
      )
    expect(await failureOf(move('AWSCURRENT', undefined, TOKENS[1]))).toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(`currently attached to version ${TOKENS[0]}`),
    })
    expect(await failureOf(move('AWSCURRENT', TOKENS[0]))).toMatchObject({ name: 'InvalidParameterException' })
    await move('AWSCURRENT', TOKENS[0], TOKENS[1])
    expect([await on.read('key'), await on.read('key', 'AWSPREVIOUS')]).toEqual(['two', 'one'])
    await move('AWSCURRENT', TOKENS[1], TOKENS[0])
    expect([await on.read('key'), await on.read('key', 'AWSPREVIOUS')]).toEqual(['one', 'two'])
    await move('blue', undefined, TOKENS[1])
    expect(await on.read('key', 'blue')).toBe('two')
    await move('blue', TOKENS[1])
    expect(await failureOf(on.read('key', 'blue'))).toMatchObject({ name: 'ResourceNotFoundException' })
    const page = await on.client.send(new ListSecretVersionIdsCommand({ SecretId: 'key', MaxResults: 1 }))
    expect(page.Versions).toHaveLength(1)
    const rest = await on.client.send(new ListSecretVersionIdsCommand({ SecretId: 'key', NextToken: page.NextToken }))
    expect([...(page.Versions ?? []), ...(rest.Versions ?? [])].map(({ VersionId }) => VersionId).toSorted()).toEqual(
      TOKENS.slice(0, 2),
    )
  })
})

describe('lists', () => {
  it('are narrowed by filters as AWS reads them', async () => {
    await using on = await start()
    await on.create('shop/database', { Description: 'Password of the database', Tags: [{ Key: 'team', Value: 'a' }] })
    await on.create('shop/session', { Tags: [{ Key: 'team', Value: 'b' }] })
    await on.create('notes/session', { Description: 'Signs cookies' })
    const by = (Key: Filter['Key'], ...Values: string[]) => on.names([{ Key, Values }])
    expect(await by('name', 'shop/')).toEqual(['shop/database', 'shop/session'])
    expect(await by('name', 'Shop/')).toEqual([])
    expect(await by('name', '!shop/')).toEqual(['notes/session'])
    expect(await by('name', 'shop/d', 'notes')).toEqual(['notes/session', 'shop/database'])
    expect(await by('description', 'signs')).toEqual(['notes/session'])
    expect(await by('tag-key', 'team')).toEqual(['shop/database', 'shop/session'])
    expect(await by('tag-value', 'b')).toEqual(['shop/session'])
    expect(await by('all', 'COOKIES')).toEqual(['notes/session'])
    const both: Filter[] = [
      { Key: 'name', Values: ['shop'] },
      { Key: 'tag-value', Values: ['a'] },
    ]
    expect(await on.names(both)).toEqual(['shop/database'])
    const batch = (input: object) =>
      on.client.send(new BatchGetSecretValueCommand({ SecretIdList: undefined, ...input }))
    const Filters: Filter[] = [{ Key: 'name', Values: ['shop'] }]
    const page = await batch({ Filters, MaxResults: 1 })
    const rest = await batch({ Filters, MaxResults: 1, NextToken: page.NextToken })
    const found = [...(page.SecretValues ?? []), ...(rest.SecretValues ?? [])].map(({ Name }) => Name)
    expect(found.toSorted()).toEqual(['shop/database', 'shop/session'])
    expect(await failureOf(batch({}))).toMatchObject({ name: 'InvalidParameterException' })
    expect(await failureOf(batch({ Filters, SecretIdList: ['a'] }))).toMatchObject({
      name: 'InvalidParameterException',
    })
  })
})

describe('random passwords', () => {
  it.each<[object, RegExp]>([
    [{}, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^\w]).{32}$/],
    [{ PasswordLength: 8, ExcludePunctuation: true, ExcludeUppercase: true }, /^[a-z0-9]{8}$/],
    [{ PasswordLength: 5, IncludeSpace: true }, /^(?=.* ).{5}$/],
    [{ PasswordLength: 1, RequireEachIncludedType: false, ExcludeCharacters: 'abc' }, /^[^abc]$/],
    [{ ExcludeNumbers: true, ExcludeLowercase: true }, /^[^0-9a-z]{32}$/],
  ])('follow %o', async (rules, expected) => {
    await using on = await start()
    const { RandomPassword } = await on.client.send(new GetRandomPasswordCommand(rules))
    expect(RandomPassword).toMatch(expected)
  })

  it('are refused when none fits', async () => {
    await using on = await start()
    const made = on.client.send(new GetRandomPasswordCommand({ PasswordLength: 3 }))
    expect(await failureOf(made)).toMatchObject({ name: 'InvalidRequestException' })
  })
})

describe('the key of a secret', () => {
  it('needs the permission of whoever reads or writes, and its loss is told in the words of AWS', async () => {
    await using on = await start()
    const KeyId = await on.makeKey()
    await on.create('key', { KmsKeyId: KeyId })
    const client = new SecretsManagerClient(await on.cloud.as(sessionOf(reader)))
    const get = () => client.send(new GetSecretValueCommand({ SecretId: 'key' }))
    const put = () => client.send(new PutSecretValueCommand({ SecretId: 'key', SecretString: 'x' }))
    const denied = { name: 'AccessDeniedException', message: 'Access to KMS is not allowed' }
    expect(await failureOf(get())).toMatchObject(denied)
    expect(await failureOf(put())).toMatchObject(denied)
    const ROOT = { AWS: 'arn:aws:iam::123456789012:root' }
    const Policy = JSON.stringify(
      policy(
        { Effect: 'Allow', Principal: ROOT, Action: 'kms:*', Resource: '*' },
        {
          Effect: 'Allow',
          Principal: { AWS: reader.arn },
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Resource: '*',
          Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' } },
        },
      ),
    )
    await on.keys.send(new PutKeyPolicyCommand({ KeyId, Policy }))
    await put()
    expect((await get()).SecretString).toBe('x')
    await on.keys.send(new DisableKeyCommand({ KeyId }))
    expect(await failureOf(get())).toMatchObject({ name: 'DecryptionFailure' })
    expect(await failureOf(put())).toMatchObject({ name: 'EncryptionFailure' })
    const kinds = on.cloud.world.journal.since(0).map(({ kind, message }) => `${kind}: ${message}`)
    expect(kinds).toContainEqual(expect.stringMatching(/^kms\.refused: KMS refused secretsmanager: \S+ is disabled\.$/))
  })

  it('can be another: what has a stage is encrypted anew', async () => {
    await using on = await start()
    const [one, two] = [await on.makeKey(), await on.makeKey()]
    await on.create('key', { KmsKeyId: one })
    await on.client.send(new UpdateSecretCommand({ SecretId: 'key', KmsKeyId: two }))
    await on.keys.send(new DisableKeyCommand({ KeyId: one }))
    expect(await on.read('key')).toBe('one')
    expect((await on.client.send(new DescribeSecretCommand({ SecretId: 'key' }))).KmsKeyId).toBe(two)
  })
})

describe('a policy of a secret', () => {
  const allow = (Principal: Record<string, string>) =>
    JSON.stringify(policy({ Effect: 'Allow', Principal, Action: 'secretsmanager:GetSecretValue', Resource: '*' }))

  it('lets in whom it names, and keeps out whom it denies', async () => {
    await using on = await start()
    const { ARN = '' } = await on.create('key')
    const get = async (role: typeof reader) =>
      new SecretsManagerClient(await on.cloud.as(sessionOf(role))).send(new GetSecretValueCommand({ SecretId: 'key' }))
    expect(await failureOf(get(nobody))).toMatchObject({ name: 'AccessDeniedException' })
    const put = (ResourcePolicy: string, BlockPublicPolicy = false) =>
      on.client.send(new PutResourcePolicyCommand({ SecretId: 'key', ResourcePolicy, BlockPublicPolicy }))
    await put(allow({ AWS: nobody.arn }))
    expect((await get(nobody)).SecretString).toBe('one')
    const read = await on.client.send(new GetResourcePolicyCommand({ SecretId: ARN }))
    expect(read.ResourcePolicy).toBe(allow({ AWS: nobody.arn }))
    await put(allow({ AWS: reader.arn }).replace('Allow', 'Deny'))
    expect((await failureOf(get(reader))).message).toContain('with an explicit deny in a resource-based policy')
    await on.client.send(new DeleteResourcePolicyCommand({ SecretId: 'key' }))
    expect((await get(reader)).SecretString).toBe('one')
    expect(await failureOf(put('{'))).toMatchObject({ name: 'MalformedPolicyDocumentException' })
    expect(await failureOf(put(allow({ AWS: '*' }), true))).toMatchObject({ name: 'PublicPolicyException' })
  })

  it.each([
    ['{', false],
    [allow({ AWS: '*' }), false],
    [allow({ AWS: 'arn:aws:iam::123456789012:root' }), true],
  ])('is checked before it is put: %s', async (ResourcePolicy, passes) => {
    await using on = await start()
    const answer = await on.client.send(new ValidateResourcePolicyCommand({ ResourcePolicy }))
    expect(answer.PolicyValidationPassed).toBe(passes)
    expect(answer.ValidationErrors).toHaveLength(passes ? 0 : 1)
  })
})
