import { createHmac, createPublicKey, verify as verifyHere } from 'node:crypto'
import {
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateMacCommand,
  GenerateRandomCommand,
  GetPublicKeyCommand,
  KMSClient,
  ReEncryptCommand,
  SignCommand,
  VerifyCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms'
import { seeded } from '@terrace/kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { open, seal } from './ciphertext.ts'
import { kms } from './index.ts'

let cloud: TestCloud
let client: KMSClient

beforeAll(async () => {
  cloud = await startTestCloud({ services: [kms] })
  client = new KMSClient(clientOptions(cloud.gateway.url))
})

afterAll(() => cloud.stop())

const create = async (input: CreateKeyCommandInput = {}) =>
  (await client.send(new CreateKeyCommand(input))).KeyMetadata?.KeyId ?? ''
const bytes = (text: string) => Buffer.from(text)
const textOf = (data: Uint8Array | undefined) => Buffer.from(data ?? []).toString()

describe('a ciphertext', () => {
  it('opens with its own context in any order, and with no other, whatever was encrypted', () => {
    const random = seeded('ciphertexts')
    const secret = Buffer.from(random.text(32, 'abcdef0123456789'))
    const maker = { keyId: random.uuid(), material: 3 }
    const text = () => random.text(random.integer(12), 'ab é漢\0')
    for (let i = 0; i < 300; i++) {
      const plaintext = Buffer.from(random.text(random.integer(200), 'abc'))
      const pairs = Array.from({ length: random.integer(4) }, () => [text(), text()] as const)
      const context = Object.fromEntries(pairs)
      const sealed = seal(maker, secret, plaintext, context)
      expect(open(secret, sealed, Object.fromEntries(Object.entries(context).toReversed()))).toEqual(plaintext)
      const other = { ...context, [text()]: `${text()}!` }
      expect(open(secret, sealed, other)).toBeUndefined()
      const damaged = Buffer.from(sealed)
      const at = random.integer(damaged.length)
      damaged[at] = (damaged[at] ?? 0) ^ (1 + random.integer(255))
      expect(open(secret, damaged, context)).toBeUndefined()
    }
  })

  it('is not the same when names and values are put together otherwise', () => {
    const secret = Buffer.alloc(32, 7)
    const maker = { keyId: '0a1b2c3d-1111-4222-8333-444455556666', material: 0 }
    const sealed = seal(maker, secret, bytes('x'), { ab: 'c' })
    for (const context of [{ a: 'bc' }, { abc: '' }, { ab: 'c', '': '' }, {}]) {
      expect(open(secret, sealed, context)).toBeUndefined()
    }
  })
})

describe('encryption', () => {
  it('is undone by the key and context that it was done with', async () => {
    const KeyId = await create()
    const EncryptionContext = { order: '42', zone: 'a' }
    const sealed = await client.send(new EncryptCommand({ KeyId, Plaintext: bytes('secret'), EncryptionContext }))
    const arn = `arn:aws:kms:us-east-1:123456789012:key/${KeyId}`
    expect(sealed).toMatchObject({ KeyId: arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' })
    const { CiphertextBlob } = sealed
    const decrypt = (rest: object) => client.send(new DecryptCommand({ CiphertextBlob, ...rest }))
    const opened = await decrypt({ EncryptionContext })
    expect(opened).toMatchObject({ KeyId: arn, KeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(textOf(opened.Plaintext)).toBe('secret')
    for (const context of [{}, { order: '42' }, { ...EncryptionContext, zone: 'b' }]) {
      const failure = await failureOf(decrypt({ EncryptionContext: context }))
      expect(failure).toMatchObject({ name: 'InvalidCiphertextException', status: 400 })
    }
    const other = await create()
    expect(await failureOf(decrypt({ EncryptionContext, KeyId: other }))).toMatchObject({
      name: 'IncorrectKeyException',
    })
    const foreign = client.send(new DecryptCommand({ CiphertextBlob: bytes('no ciphertext of KMS at all, but long') }))
    expect(await failureOf(foreign)).toMatchObject({ name: 'InvalidCiphertextException' })
    const dry = decrypt({ EncryptionContext, DryRun: true })
    expect(await failureOf(dry)).toMatchObject({ name: 'DryRunOperationException' })
  })

  it.each([1, 4096])('takes %i bytes', async length => {
    const KeyId = await create()
    const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext: Buffer.alloc(length, 1) }))
    const { Plaintext } = await client.send(new DecryptCommand({ CiphertextBlob }))
    expect(Plaintext).toHaveLength(length)
  })

  it.each([0, 4097])('refuses %i bytes', async length => {
    const KeyId = await create()
    const sealed = client.send(new EncryptCommand({ KeyId, Plaintext: Buffer.alloc(length, 1) }))
    expect(await failureOf(sealed)).toMatchObject({ name: 'ValidationException' })
  })

  it('is moved to another key and context without showing what it hides', async () => {
    const [from, to] = [await create(), await create()]
    const { CiphertextBlob } = await client.send(
      new EncryptCommand({ KeyId: from, Plaintext: bytes('moved'), EncryptionContext: { a: '1' } }),
    )
    const moved = await client.send(
      new ReEncryptCommand({
        CiphertextBlob,
        SourceEncryptionContext: { a: '1' },
        DestinationKeyId: to,
        DestinationEncryptionContext: { b: '2' },
      }),
    )
    expect(moved).toMatchObject({ SourceKeyId: expect.stringContaining(from), KeyId: expect.stringContaining(to) })
    const opened = await client.send(
      new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob, EncryptionContext: { b: '2' }, KeyId: to }),
    )
    expect(textOf(opened.Plaintext)).toBe('moved')
  })

  it('with an RSA key needs the key by name, and knows no context', async () => {
    const KeyId = await create({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })
    const EncryptionAlgorithm = 'RSAES_OAEP_SHA_256'
    const encrypt = (rest: object) =>
      client.send(new EncryptCommand({ KeyId, Plaintext: bytes('x'), EncryptionAlgorithm, ...rest }))
    const { CiphertextBlob } = await encrypt({})
    const decrypt = (rest: object) => client.send(new DecryptCommand({ CiphertextBlob, EncryptionAlgorithm, ...rest }))
    expect(textOf((await decrypt({ KeyId })).Plaintext)).toBe('x')
    expect(await failureOf(decrypt({}))).toMatchObject({ name: 'ValidationException' })
    expect(await failureOf(encrypt({ EncryptionContext: { a: '1' } }))).toMatchObject({ name: 'ValidationException' })
    expect(await failureOf(encrypt({ Plaintext: Buffer.alloc(191, 1) }))).toMatchObject({ name: 'ValidationException' })
    const symmetric = encrypt({ EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' })
    expect(await failureOf(symmetric)).toMatchObject({ name: 'InvalidKeyUsageException' })
  })
})

describe('data keys', () => {
  it('come in plain and encrypted, or encrypted alone', async () => {
    const KeyId = await create()
    const EncryptionContext = { object: 'a' }
    const made = await client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }))
    expect(made.Plaintext).toHaveLength(32)
    const opened = await client.send(new DecryptCommand({ CiphertextBlob: made.CiphertextBlob, EncryptionContext }))
    expect(opened.Plaintext).toEqual(made.Plaintext)
    const hidden = await client.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, NumberOfBytes: 64 }))
    expect(hidden).not.toHaveProperty('Plaintext')
    const shown = await client.send(new DecryptCommand({ CiphertextBlob: hidden.CiphertextBlob }))
    expect(shown.Plaintext).toHaveLength(64)
    for (const rest of [{}, { KeySpec: 'AES_128', NumberOfBytes: 16 } as const]) {
      const made = client.send(new GenerateDataKeyCommand({ KeyId, ...rest }))
      expect(await failureOf(made)).toMatchObject({ name: 'ValidationException' })
    }
    const random = await client.send(new GenerateRandomCommand({ NumberOfBytes: 20 }))
    expect(random.Plaintext).toHaveLength(20)
  })

  it('come as pairs', async () => {
    const KeyId = await create()
    const made = await client.send(new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: 'ECC_NIST_P256' }))
    const opened = await client.send(new DecryptCommand({ CiphertextBlob: made.PrivateKeyCiphertextBlob }))
    expect(opened.Plaintext).toEqual(made.PrivateKeyPlaintext)
    const hidden = await client.send(
      new GenerateDataKeyPairWithoutPlaintextCommand({ KeyId, KeyPairSpec: 'ECC_SECG_P256K1' }),
    )
    expect(hidden).not.toHaveProperty('PrivateKeyPlaintext')
    expect(hidden.PublicKey?.length).toBeGreaterThan(60)
  })

  it('are refused by keys for something else', async () => {
    const KeyId = await create({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
    const made = client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))
    expect(await failureOf(made)).toMatchObject({
      name: 'InvalidKeyUsageException',
      message: expect.stringMatching(/key usage is GENERATE_VERIFY_MAC which is not valid for GenerateDataKey\.$/),
    })
  })
})

describe('signatures', () => {
  it.each([
    ['RSA_2048', 'RSASSA_PSS_SHA_256'],
    ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_512'],
    ['ECC_NIST_P256', 'ECDSA_SHA_256'],
    ['ECC_NIST_P384', 'ECDSA_SHA_384'],
    ['ECC_NIST_P521', 'ECDSA_SHA_512'],
    ['ECC_SECG_P256K1', 'ECDSA_SHA_256'],
  ] as const)('of a key %s by %s hold for their message alone', async (KeySpec, SigningAlgorithm) => {
    const KeyId = await create({ KeySpec, KeyUsage: 'SIGN_VERIFY' })
    const { Signature } = await client.send(new SignCommand({ KeyId, Message: bytes('m'), SigningAlgorithm }))
    const verify = (Message: Buffer) => client.send(new VerifyCommand({ KeyId, Message, Signature, SigningAlgorithm }))
    expect(await verify(bytes('m'))).toMatchObject({ SignatureValid: true })
    expect(await failureOf(verify(bytes('n')))).toMatchObject({ name: 'KMSInvalidSignatureException' })
    const { PublicKey, SigningAlgorithms } = await client.send(new GetPublicKeyCommand({ KeyId }))
    expect(SigningAlgorithms).toContain(SigningAlgorithm)
    if (SigningAlgorithm.includes('PSS')) return
    const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' })
    const hash = `sha${SigningAlgorithm.slice(-3)}`
    expect(verifyHere(hash, bytes('m'), key, Buffer.from(Signature ?? []))).toBe(true)
  })

  it('are refused by a key of another kind', async () => {
    const KeyId = await create({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    const wrong = client.send(new SignCommand({ KeyId, Message: bytes('m'), SigningAlgorithm: 'ECDSA_SHA_512' }))
    expect(await failureOf(wrong)).toMatchObject({ name: 'InvalidKeyUsageException' })
    const symmetric = client.send(new GetPublicKeyCommand({ KeyId: await create() }))
    expect(await failureOf(symmetric)).toMatchObject({ name: 'UnsupportedOperationException' })
  })

  it.each([224, 256, 384, 512] as const)('with a shared key of %i bits hold for their message alone', async bits => {
    const KeyId = await create({ KeySpec: `HMAC_${bits}`, KeyUsage: 'GENERATE_VERIFY_MAC' })
    const MacAlgorithm = `HMAC_SHA_${bits}` as const
    const { Mac } = await client.send(new GenerateMacCommand({ KeyId, Message: bytes('m'), MacAlgorithm }))
    expect(Mac).toHaveLength(createHmac(`sha${bits}`, 'x').digest().length)
    const verify = (text: string) =>
      client.send(new VerifyMacCommand({ KeyId, Message: bytes(text), Mac, MacAlgorithm }))
    expect(await verify('m')).toMatchObject({ MacValid: true })
    expect(await failureOf(verify('n'))).toMatchObject({ name: 'KMSInvalidMacException' })
  })
})
