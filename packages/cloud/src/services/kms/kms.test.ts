import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ImportKeyMaterialCommand,
  KMSClient,
  ListAliasesCommand,
  ListKeyPoliciesCommand,
  ListKeyRotationsCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms'
import { days, VirtualClock } from '@terrace/kit'
import type { ArchitectureNode, KmsKey } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, policy, startTestCloud } from '../../gateway/testing.ts'
import { testNode } from '../../testing/architecture.ts'
import { kms } from './index.ts'

const START = Date.UTC(2026, 10, 22, 9, 30)
const ID = '0a1b2c3d-1111-4222-8333-444455556666'
const ARN = `arn:aws:kms:us-east-1:123456789012:key/${ID}`

let state: string

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'terrace-kms-'))
})

afterEach(() => {
  rmSync(state, { recursive: true, force: true })
})

const templateKey = (rest: Partial<KmsKey> = {}): KmsKey => ({
  ...testNode('kmsKey', 'OrdersKey', {
    keyId: ID,
    arn: ARN,
    description: 'orders',
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    enabled: true,
  }),
  ...rest,
})

async function start(...nodes: readonly ArchitectureNode[]) {
  const clock = new VirtualClock(START)
  const cloud = await startTestCloud({ nodes, services: [kms], state, clock })
  const client = new KMSClient(clientOptions(cloud.gateway.url))
  const create = async (input: CreateKeyCommandInput = {}) => {
    const { KeyMetadata } = await client.send(new CreateKeyCommand(input))
    return KeyMetadata?.KeyId ?? ''
  }
  const encrypt = async (KeyId: string, text: string) =>
    (await client.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from(text) }))).CiphertextBlob
  const decrypt = async (CiphertextBlob: Uint8Array | undefined) =>
    Buffer.from((await client.send(new DecryptCommand({ CiphertextBlob }))).Plaintext ?? []).toString()
  const kinds = () => cloud.world.journal.since(0).map(({ kind }) => kind)
  return { cloud, clock, client, create, encrypt, decrypt, kinds, [Symbol.asyncDispose]: () => cloud.stop() }
}

describe('keys', () => {
  it('are described as AWS describes them, and listed in pages', async () => {
    await using on = await start()
    const id = await on.create({ Description: 'orders', Tags: [{ TagKey: 'team', TagValue: 'shop' }] })
    const { KeyMetadata } = await on.client.send(new DescribeKeyCommand({ KeyId: id }))
    expect(KeyMetadata).toMatchObject({
      AWSAccountId: '123456789012',
      Arn: `arn:aws:kms:us-east-1:123456789012:key/${id}`,
      CreationDate: new Date(START),
      CurrentKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      Description: 'orders',
      Enabled: true,
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      KeyManager: 'CUSTOMER',
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyState: 'Enabled',
      KeyUsage: 'ENCRYPT_DECRYPT',
      MultiRegion: false,
      Origin: 'AWS_KMS',
    })
    await on.client.send(new UpdateKeyDescriptionCommand({ KeyId: id, Description: 'all orders' }))
    const described = await on.client.send(new DescribeKeyCommand({ KeyId: KeyMetadata?.Arn }))
    expect(described.KeyMetadata?.Description).toBe('all orders')
    const ids = [id, await on.create(), await on.create()]
    const first = await on.client.send(new ListKeysCommand({ Limit: 2 }))
    expect(first).toMatchObject({ Truncated: true })
    const rest = await on.client.send(new ListKeysCommand({ Limit: 2, Marker: first.NextMarker }))
    expect(rest).toMatchObject({ Truncated: false })
    const listed = [...(first.Keys ?? []), ...(rest.Keys ?? [])].map(({ KeyId }) => KeyId)
    expect(listed.toSorted()).toEqual(ids.toSorted())
  })

  it('are kept with their material in files that only the user can read, and survive a restart', async () => {
    const first = await start()
    const id = await first.create()
    const sealed = await first.encrypt(id, 'kept')
    await first.client.send(new CreateAliasCommand({ AliasName: 'alias/orders', TargetKeyId: id }))
    await first.cloud.stop()
    const folder = join(state, 'data', 'kms')
    expect(readdirSync(folder).toSorted()).toEqual([`${id}.json`, 'aliases.json'].toSorted())
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o077).toBe(0)
    await using second = await start()
    expect(await second.decrypt(sealed)).toBe('kept')
    const described = await second.client.send(new DescribeKeyCommand({ KeyId: 'alias/orders' }))
    expect(described.KeyMetadata?.KeyId).toBe(id)
  })

  it('refuse everything while they are disabled', async () => {
    await using on = await start()
    const id = await on.create()
    const sealed = await on.encrypt(id, 'x')
    await on.client.send(new DisableKeyCommand({ KeyId: id }))
    const refused = { name: 'DisabledException', message: expect.stringMatching(/key\/\S+ is disabled\.$/) }
    expect(await failureOf(on.encrypt(id, 'x'))).toMatchObject(refused)
    expect(await failureOf(on.decrypt(sealed))).toMatchObject(refused)
    await on.client.send(new EnableKeyCommand({ KeyId: id }))
    expect(await on.decrypt(sealed)).toBe('x')
    expect(on.kinds()).toEqual(['kms.created', 'kms.disabled', 'kms.enabled'])
  })

  it('refuse everything while they wait for their deletion, which can be cancelled until it comes', async () => {
    await using on = await start()
    const events: unknown[] = []
    on.cloud.world.deliveries.register('events', ({ body }) => void events.push(JSON.parse(body)))
    const id = await on.create()
    await on.client.send(new CreateAliasCommand({ AliasName: 'alias/orders', TargetKeyId: id }))
    const sealed = await on.encrypt(id, 'x')
    const schedule = (PendingWindowInDays: number) =>
      on.client.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays }))
    for (const out of [6, 31]) expect(await failureOf(schedule(out))).toMatchObject({ name: 'ValidationException' })
    expect(await schedule(7)).toMatchObject({
      DeletionDate: new Date(START + days(7)),
      KeyState: 'PendingDeletion',
      PendingWindowInDays: 7,
    })
    const pending = { name: 'KMSInvalidStateException', message: expect.stringContaining('is pending deletion.') }
    expect(await failureOf(on.decrypt(sealed))).toMatchObject(pending)
    expect(await failureOf(on.client.send(new EnableKeyCommand({ KeyId: id })))).toMatchObject(pending)
    await on.clock.advance(days(6))
    await on.client.send(new CancelKeyDeletionCommand({ KeyId: id }))
    const again = on.client.send(new CancelKeyDeletionCommand({ KeyId: id }))
    expect(await failureOf(again)).toMatchObject({ message: expect.stringContaining('is not pending deletion.') })
    expect(await failureOf(on.decrypt(sealed))).toMatchObject({ name: 'DisabledException' })
    await on.clock.advance(days(30))
    await on.client.send(new EnableKeyCommand({ KeyId: id }))
    expect(await on.decrypt(sealed)).toBe('x')
    await schedule(30)
    await on.clock.advance(days(30))
    const gone = on.client.send(new DescribeKeyCommand({ KeyId: id }))
    expect(await failureOf(gone)).toMatchObject({
      name: 'NotFoundException',
      message: `Key 'arn:aws:kms:us-east-1:123456789012:key/${id}' does not exist`,
    })
    expect(await failureOf(on.decrypt(sealed))).toMatchObject({ name: 'AccessDeniedException' })
    expect((await on.client.send(new ListAliasesCommand({}))).Aliases).toEqual([])
    expect(readFileSync(join(state, 'data', 'kms', `${id}.json`), 'utf8')).not.toContain('secret')
    expect(events).toMatchObject([{ source: 'aws.kms', 'detail-type': 'KMS CMK Deletion', detail: { 'key-id': id } }])
  })

  it('have tags', async () => {
    await using on = await start()
    const KeyId = await on.create()
    await on.client.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: 'a', TagValue: '1' }] }))
    await on.client.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: 'b', TagValue: '2' }] }))
    await on.client.send(new UntagResourceCommand({ KeyId, TagKeys: ['a'] }))
    const { Tags } = await on.client.send(new ListResourceTagsCommand({ KeyId }))
    expect(Tags).toEqual([{ TagKey: 'b', TagValue: '2' }])
    const reserved = on.client.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: 'aws:x', TagValue: '' }] }))
    expect(await failureOf(reserved)).toMatchObject({ name: 'TagException' })
  })

  it('have one policy, which must not lock its owner out', async () => {
    await using on = await start()
    const KeyId = await on.create()
    const read = async () => (await on.client.send(new GetKeyPolicyCommand({ KeyId }))).Policy ?? ''
    expect(JSON.parse(await read())).toMatchObject({
      Id: 'key-default-1',
      Statement: [{ Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*' }],
    })
    const useless = JSON.stringify(
      policy({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:Decrypt', Resource: '*' }),
    )
    const put = (Policy: string, BypassPolicyLockoutSafetyCheck = false) =>
      on.client.send(new PutKeyPolicyCommand({ KeyId, Policy, BypassPolicyLockoutSafetyCheck }))
    expect(await failureOf(put(useless))).toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message: 'The new key policy will not allow you to update the key policy in the future.',
    })
    expect(await failureOf(put('{'))).toMatchObject({ name: 'MalformedPolicyDocumentException' })
    await put(useless, true)
    expect(await failureOf(read())).toMatchObject({ name: 'AccessDeniedException' })
    const other = await on.create()
    const { PolicyNames } = await on.client.send(new ListKeyPoliciesCommand({ KeyId: other }))
    expect(PolicyNames).toEqual(['default'])
  })

  it.each<[string, CreateKeyCommandInput, string]>([
    ['a kind that is not emulated', { KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' }, 'UnknownOperationException'],
    ['material from elsewhere', { Origin: 'EXTERNAL' }, 'UnknownOperationException'],
    ['several regions', { MultiRegion: true }, 'UnknownOperationException'],
    ['no usage where one is needed', { KeySpec: 'HMAC_256' }, 'ValidationException'],
    ['a usage that does not fit', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'ENCRYPT_DECRYPT' }, 'ValidationException'],
  ])('are refused with %s', async (_, input, name) => {
    await using on = await start()
    expect(await failureOf(on.create(input))).toMatchObject({ name })
    expect((await on.client.send(new ListKeysCommand({}))).Keys).toEqual([])
  })

  it('are refused by name where nothing is emulated', async () => {
    await using on = await start()
    const imported = on.client.send(
      new ImportKeyMaterialCommand({
        KeyId: ID,
        ImportToken: Buffer.from('x'),
        EncryptedKeyMaterial: Buffer.from('x'),
      }),
    )
    expect((await failureOf(imported)).message).toContain('ImportKeyMaterial')
    const KeyId = await on.create({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    const digest = on.client.send(
      new SignCommand({ KeyId, Message: Buffer.alloc(32), MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' }),
    )
    expect((await failureOf(digest)).message).toContain('MessageType')
  })
})

describe('aliases', () => {
  it('stand for a key wherever one is used, and nowhere else', async () => {
    await using on = await start()
    const [one, two] = [await on.create(), await on.create()]
    const AliasName = 'alias/orders'
    await on.client.send(new CreateAliasCommand({ AliasName, TargetKeyId: one }))
    const twice = on.client.send(new CreateAliasCommand({ AliasName, TargetKeyId: two }))
    expect(await failureOf(twice)).toMatchObject({ name: 'AlreadyExistsException' })
    const sealed = await on.encrypt('arn:aws:kms:us-east-1:123456789012:alias/orders', 'x')
    await on.client.send(new UpdateAliasCommand({ AliasName, TargetKeyId: two }))
    const { Aliases } = await on.client.send(new ListAliasesCommand({ KeyId: two }))
    expect(Aliases).toMatchObject([
      { AliasName, AliasArn: 'arn:aws:kms:us-east-1:123456789012:alias/orders', TargetKeyId: two },
    ])
    await on.client.send(new DisableKeyCommand({ KeyId: two }))
    expect(await on.decrypt(sealed)).toBe('x')
    const managed = on.client.send(new DisableKeyCommand({ KeyId: AliasName }))
    expect(await failureOf(managed)).toMatchObject({ message: "Invalid keyId 'alias/orders'" })
    await on.client.send(new DeleteAliasCommand({ AliasName }))
    expect(await failureOf(on.encrypt(AliasName, 'x'))).toMatchObject({
      name: 'NotFoundException',
      message: 'Alias arn:aws:kms:us-east-1:123456789012:alias/orders is not found.',
    })
    for (const name of ['orders', 'alias/aws/mine']) {
      const created = on.client.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: one }))
      expect(await failureOf(created)).toMatchObject({ name: 'InvalidAliasNameException' })
    }
  })

  it('of AWS services name keys that are made when they are first asked for, and that nobody manages', async () => {
    await using on = await start()
    const { KeyMetadata } = await on.client.send(new DescribeKeyCommand({ KeyId: 'alias/aws/ssm' }))
    expect(KeyMetadata).toMatchObject({ KeyManager: 'AWS', Description: expect.stringContaining('SSM') })
    const again = await on.client.send(new DescribeKeyCommand({ KeyId: 'alias/aws/ssm' }))
    expect(again.KeyMetadata?.KeyId).toBe(KeyMetadata?.KeyId)
    const deleted = on.client.send(new ScheduleKeyDeletionCommand({ KeyId: KeyMetadata?.KeyId }))
    expect(await failureOf(deleted)).toMatchObject({ name: 'AccessDeniedException' })
    expect(await failureOf(on.encrypt('alias/aws/ssm', 'x'))).toMatchObject({ name: 'AccessDeniedException' })
  })
})

describe('rotation', () => {
  it('makes new material by the schedule and on demand, and the older still decrypts', async () => {
    await using on = await start()
    const KeyId = await on.create()
    const sealed = [await on.encrypt(KeyId, 'zero')]
    const status = () => on.client.send(new GetKeyRotationStatusCommand({ KeyId }))
    expect(await status()).toMatchObject({ KeyRotationEnabled: false })
    await on.client.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }))
    expect(await status()).toMatchObject({
      KeyRotationEnabled: true,
      RotationPeriodInDays: 90,
      NextRotationDate: new Date(START + days(90)),
    })
    await on.clock.advance(days(90))
    sealed.push(await on.encrypt(KeyId, 'one'))
    await on.client.send(new RotateKeyOnDemandCommand({ KeyId }))
    sealed.push(await on.encrypt(KeyId, 'two'))
    expect(await status()).toMatchObject({ NextRotationDate: new Date(START + days(180)) })
    expect(await Promise.all(sealed.map(on.decrypt))).toEqual(['zero', 'one', 'two'])
    const { Rotations } = await on.client.send(new ListKeyRotationsCommand({ KeyId }))
    expect(Rotations?.map(({ RotationType }) => RotationType)).toEqual(['ON_DEMAND', 'AUTOMATIC'])
    await on.client.send(new DisableKeyRotationCommand({ KeyId }))
    await on.clock.advance(days(400))
    const all = await on.client.send(new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }))
    expect(all.Rotations).toHaveLength(3)
  })

  it('that fell due while nothing ran is made up for at the start, once', async () => {
    const first = await start()
    const KeyId = await first.create()
    await first.client.send(new EnableKeyRotationCommand({ KeyId }))
    await first.cloud.stop()
    const clock = new VirtualClock(START + days(1000))
    await using cloud = await startTestCloud({ services: [kms], state, clock })
    const client = new KMSClient(clientOptions(cloud.gateway.url))
    await clock.advance(0)
    expect((await client.send(new ListKeyRotationsCommand({ KeyId }))).Rotations).toHaveLength(1)
  })

  it('is refused for keys that AWS does not rotate', async () => {
    await using on = await start()
    const KeyId = await on.create({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
    const enabled = on.client.send(new EnableKeyRotationCommand({ KeyId }))
    expect(await failureOf(enabled)).toMatchObject({ name: 'UnsupportedOperationException' })
  })
})

describe('keys of the template', () => {
  const alias = testNode('kmsAlias', 'OrdersAlias', { name: 'alias/orders', key: 'OrdersKey' })

  it('are made once, and follow the template when it changes', async () => {
    const first = await start(templateKey({ rotationPeriodDays: 180 }), alias)
    const sealed = await first.encrypt('alias/orders', 'x')
    await first.client.send(new DisableKeyCommand({ KeyId: ID }))
    await first.cloud.stop()
    const same = await start(templateKey({ rotationPeriodDays: 180 }), alias)
    expect(await failureOf(same.decrypt(sealed))).toMatchObject({ name: 'DisabledException' })
    await same.cloud.stop()
    await using changed = await start(templateKey({ description: 'all orders' }), alias)
    expect(await changed.decrypt(sealed)).toBe('x')
    const described = await changed.client.send(new DescribeKeyCommand({ KeyId: ARN }))
    expect(described.KeyMetadata).toMatchObject({ Description: 'all orders', KeyState: 'Enabled' })
    const rotation = await changed.client.send(new GetKeyRotationStatusCommand({ KeyId: ID }))
    expect(rotation.KeyRotationEnabled).toBe(false)
  })

  it('that were deleted are not made again, and the journal says so', async () => {
    const first = await start(templateKey(), alias)
    await first.client.send(new ScheduleKeyDeletionCommand({ KeyId: ID, PendingWindowInDays: 7 }))
    await first.clock.advance(days(7))
    await first.cloud.stop()
    await using second = await start(templateKey(), alias)
    expect(second.kinds()).toContain('kms.missing')
    expect(await failureOf(second.encrypt('alias/orders', 'x'))).toMatchObject({ name: 'NotFoundException' })
  })
})
