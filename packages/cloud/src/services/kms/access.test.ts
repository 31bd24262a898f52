import {
  CreateGrantCommand,
  type CreateGrantCommandInput,
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  KMSClient,
  ListGrantsCommand,
  ListRetirableGrantsCommand,
  PutKeyPolicyCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms'
import type { PolicyStatement, Role } from '@terrace/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  clientOptions,
  failureOf,
  policy,
  sessionOf,
  startTestCloud,
  type TestCloud,
  testRole,
} from '../../gateway/testing.ts'
import { kms } from './index.ts'

const allowed = testRole('allowed', { Effect: 'Allow', Action: 'kms:*', Resource: '*' })
const nobody = testRole('nobody')
const ROOT: PolicyStatement = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::123456789012:root' },
  Action: 'kms:*',
  Resource: '*',
}
const DENIED = { name: 'AccessDeniedException' }

let cloud: TestCloud
let admin: KMSClient
let key: string

beforeEach(async () => {
  cloud = await startTestCloud({ nodes: [allowed, nobody], services: [kms] })
  admin = new KMSClient(clientOptions(cloud.gateway.url))
  key = (await admin.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? ''
})

afterEach(() => cloud.stop())

const as = async (role: Role) => new KMSClient(await cloud.as(sessionOf(role)))
const encrypt = (client: KMSClient, EncryptionContext = {}) =>
  client.send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('x'), EncryptionContext }))
const setPolicy = (...statements: readonly PolicyStatement[]) =>
  admin.send(
    new PutKeyPolicyCommand({
      KeyId: key,
      Policy: JSON.stringify(policy(...statements)),
      BypassPolicyLockoutSafetyCheck: true,
    }),
  )

describe('a key policy', () => {
  it('that names the account leaves the decision to the policies of roles', async () => {
    await encrypt(await as(allowed))
    expect(await failureOf(encrypt(await as(nobody)))).toMatchObject({
      ...DENIED,
      message: `User: arn:aws:sts::123456789012:assumed-role/nobody/i-0123456789abcdef0 is not authorized to perform: kms:Encrypt on resource: arn:aws:kms:us-east-1:123456789012:key/${key} because no identity-based policy allows the kms:Encrypt action`,
    })
  })

  it('that does not name the account makes every policy of a role worth nothing', async () => {
    await setPolicy({ ...ROOT, Principal: { AWS: nobody.arn }, Action: 'kms:Encrypt' })
    expect(await failureOf(encrypt(await as(allowed)))).toMatchObject({
      ...DENIED,
      message: expect.stringContaining('because no resource-based policy allows the kms:Encrypt action'),
    })
    await encrypt(await as(nobody))
  })

  it('may ask for the encryption context, and for the service that calls', async () => {
    await setPolicy(
      { ...ROOT, NotAction: 'kms:Encrypt', Action: [] },
      {
        ...ROOT,
        Principal: { AWS: nobody.arn },
        Action: 'kms:Encrypt',
        Condition: { StringEquals: { 'kms:EncryptionContext:order': '42' } },
      },
    )
    const client = await as(nobody)
    await encrypt(client, { order: '42' })
    expect(await failureOf(encrypt(client, { order: '43' }))).toMatchObject(DENIED)
    const { encrypt: through } = await cloud.world.ports.need('kms')
    await setPolicy(
      { ...ROOT, Action: 'kms:PutKeyPolicy' },
      {
        ...ROOT,
        Principal: { AWS: nobody.arn },
        Condition: { StringEquals: { 'kms:ViaService': 'ssm.us-east-1.amazonaws.com' } },
      },
    )
    expect(await failureOf(encrypt(client))).toMatchObject(DENIED)
    const request = { keyId: key, plaintext: Buffer.from('x'), context: {}, caller: { principal: sessionOf(nobody) } }
    expect(through({ ...request, via: 'ssm' }).keyArn).toContain(key)
    expect(() => through({ ...request, via: 'sqs' })).toThrow('not authorized to perform: kms:Encrypt')
  })
})

describe('a grant', () => {
  const grant = async (rest: Partial<CreateGrantCommandInput> = {}, client = admin) =>
    await client.send(
      new CreateGrantCommand({ KeyId: key, GranteePrincipal: nobody.arn, Operations: ['Encrypt'], ...rest }),
    )

  it('allows its operations to its grantee until it is revoked', async () => {
    const client = await as(nobody)
    const { GrantId } = await grant({ Name: 'orders' })
    expect((await grant({ Name: 'orders' })).GrantId).toBe(GrantId)
    const { CiphertextBlob } = await encrypt(client)
    expect(await failureOf(client.send(new DecryptCommand({ CiphertextBlob })))).toMatchObject(DENIED)
    const { Grants } = await admin.send(new ListGrantsCommand({ KeyId: key }))
    expect(Grants).toMatchObject([{ GrantId, Name: 'orders', GranteePrincipal: nobody.arn, Operations: ['Encrypt'] }])
    await admin.send(new RevokeGrantCommand({ KeyId: key, GrantId }))
    expect(await failureOf(encrypt(client))).toMatchObject(DENIED)
  })

  it.each([
    ['EncryptionContextEquals', { a: '1' }, { a: '1', b: '2' }],
    ['EncryptionContextSubset', { a: '1', b: '2' }, { b: '2' }],
  ])('with %s holds for %o and not for %o', async (kind, fits, fitsNot) => {
    const client = await as(nobody)
    await grant({ Constraints: { [kind]: { a: '1' } } })
    await encrypt(client, fits)
    expect(await failureOf(encrypt(client, fitsNot))).toMatchObject(DENIED)
  })

  it('lets its grantee hand on no more than it allows', async () => {
    await grant({ Operations: ['Encrypt', 'CreateGrant'] })
    const client = await as(nobody)
    await grant({ GranteePrincipal: allowed.arn, Operations: ['Encrypt'] }, client)
    const more = grant({ GranteePrincipal: allowed.arn, Operations: ['Decrypt'] }, client)
    expect(await failureOf(more)).toMatchObject(DENIED)
  })

  it('does not take back an explicit deny', async () => {
    await grant()
    await setPolicy(ROOT, { ...ROOT, Effect: 'Deny', Principal: { AWS: nobody.arn }, Action: 'kms:Encrypt' })
    expect(await failureOf(encrypt(await as(nobody)))).toMatchObject({
      message: expect.stringContaining('explicit deny'),
    })
  })

  it('is given back by who may retire it', async () => {
    const { GrantId, GrantToken } = await grant({ RetiringPrincipal: nobody.arn })
    const listed = await admin.send(new ListRetirableGrantsCommand({ RetiringPrincipal: nobody.arn }))
    expect(listed.Grants).toMatchObject([{ GrantId }])
    await (await as(nobody)).send(new RetireGrantCommand({ GrantToken }))
    expect((await admin.send(new ListGrantsCommand({ KeyId: key }))).Grants).toEqual([])
    const again = admin.send(
      new RetireGrantCommand({ KeyId: `arn:aws:kms:us-east-1:123456789012:key/${key}`, GrantId }),
    )
    expect(await failureOf(again)).toMatchObject({ name: 'NotFoundException' })
  })

  it.each<[string, Partial<CreateGrantCommandInput>, string]>([
    ['a principal that is none', { GranteePrincipal: 'orders' }, 'InvalidArnException'],
    ['an operation of other keys', { Operations: ['Sign'] }, 'ValidationException'],
  ])('is refused with %s', async (_, rest, name) => {
    expect(await failureOf(grant(rest))).toMatchObject({ name })
  })
})

describe('the port for other services', () => {
  it('encrypts and decrypts with the key of the service for everybody who may use the service', async () => {
    const port = await cloud.world.ports.need('kms')
    const request = { context: { PARAMETER_ARN: 'arn' }, via: 'ssm', caller: { principal: sessionOf(nobody) } }
    const sealed = port.encrypt({ ...request, keyId: 'alias/aws/ssm', plaintext: Buffer.from('x') })
    expect(port.decrypt({ ...request, ciphertext: sealed.ciphertext }).plaintext.toString()).toBe('x')
    expect(() => port.decrypt({ ...request, via: 'sqs', ciphertext: sealed.ciphertext })).toThrow('kms:Decrypt')
    const data = port.generateDataKey({ ...request, keyId: 'alias/aws/ssm' })
    expect(port.decrypt({ ...request, ciphertext: data.ciphertext }).plaintext).toEqual(data.plaintext)
  })

  it('needs the permission of its caller for any other key, and says in the journal what KMS refused', async () => {
    const port = await cloud.world.ports.need('kms')
    const request = { context: {}, via: 'ssm', keyId: key, plaintext: Buffer.from('x') }
    expect(() => port.encrypt({ ...request, caller: { principal: sessionOf(nobody) } })).toThrow('not authorized')
    expect(port.encrypt({ ...request, caller: { principal: sessionOf(allowed) } }).keyArn).toContain(key)
    expect(() => port.encrypt({ ...request, keyId: 'alias/none' })).toThrow('is not found')
    expect(cloud.world.journal.since(0).map(({ kind, message }) => [kind, message])).toContainEqual([
      'kms.refused',
      'KMS refused ssm: Alias arn:aws:kms:us-east-1:123456789012:alias/none is not found.',
    ])
  })
})
