import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { decrypt, encrypt, SYMMETRIC } from '../crypto.ts'
import { IncorrectKeyException, InvalidKeyUsageException, ValidationException } from '../errors.ts'
import type { Key } from '../key.ts'
import { isRotatable, newestOf } from '../keys.ts'
import { LARGEST_CIPHERTEXT_BYTES, LARGEST_PLAINTEXT_BYTES, MOST_RANDOM_BYTES } from '../limits.ts'
import { keyOfCiphertext } from '../port.ts'
import { publicHalf } from '../signatures.ts'
import { makeMaterial } from '../specs.ts'
import { requireUsable } from '../usable.ts'
import {
  base64,
  blob,
  dryRun,
  encryptionContext,
  endDryRun,
  grantTokens,
  type KmsContext,
  keyReference,
} from './shapes.ts'

const algorithm = z.enum([SYMMETRIC, 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256']).optional()
const ciphertext = blob(LARGEST_CIPHERTEXT_BYTES)
const randomLength = z.int().min(1).max(MOST_RANDOM_BYTES).optional()
const dataKey = {
  KeyId: keyReference,
  EncryptionContext: encryptionContext,
  NumberOfBytes: randomLength,
  KeySpec: z.enum(['AES_256', 'AES_128']).optional(),
  GrantTokens: grantTokens(),
  DryRun: dryRun,
}
const keyPair = {
  KeyId: keyReference,
  EncryptionContext: encryptionContext,
  KeyPairSpec: z.enum([
    'RSA_2048',
    'RSA_3072',
    'RSA_4096',
    'ECC_NIST_P256',
    'ECC_NIST_P384',
    'ECC_NIST_P521',
    'ECC_SECG_P256K1',
  ]),
  GrantTokens: grantTokens(),
  DryRun: dryRun,
}

/** What is encrypted and decrypted. */
export function encryptionOperations({ keys, access }: KmsContext): readonly Operation[] {
  const using = (reference: string, action: string, context?: Readonly<Record<string, string>>, used?: string) => {
    const { key, alias } = keys.resolve(reference)
    return access.on(key, action, {
      alias,
      encryptionContext: context,
      context: used === undefined ? {} : { 'kms:EncryptionAlgorithm': used },
    })
  }
  const source = (CiphertextBlob: Buffer, KeyId: string | undefined, used = SYMMETRIC): Key => {
    if (used !== SYMMETRIC) {
      if (KeyId !== undefined) return keys.resolve(KeyId).key
      throw new ValidationException('KeyId is required when the ciphertext was encrypted under an asymmetric KMS key.')
    }
    return keyOfCiphertext(keys, CiphertextBlob)
  }
  const requireSame = (key: Key, KeyId: string | undefined) => {
    if (KeyId !== undefined && keys.resolve(KeyId).key.id !== key.id) throw new IncorrectKeyException()
  }
  const newDataKey = (
    { KeyId, EncryptionContext = {}, NumberOfBytes, KeySpec, DryRun }: DataKeyInput,
    name: string,
  ) => {
    if ((NumberOfBytes === undefined) === (KeySpec === undefined)) {
      throw new ValidationException('Please specify either number of bytes or key spec.')
    }
    const { key } = keys.resolve(KeyId)
    requireSymmetric(key, name)
    endDryRun(DryRun)
    const plaintext = randomBytes(NumberOfBytes ?? (KeySpec === 'AES_128' ? 16 : 32))
    return {
      Plaintext: base64(plaintext),
      CiphertextBlob: base64(encrypt(key, plaintext, EncryptionContext)),
      KeyId: key.arn,
      KeyMaterialId: newestOf(key).id,
    }
  }
  const newKeyPair = async ({ KeyId, EncryptionContext = {}, KeyPairSpec, DryRun }: KeyPairInput, name: string) => {
    const { key } = keys.resolve(KeyId)
    requireSymmetric(key, name)
    endDryRun(DryRun)
    const privateKey = await makeMaterial(KeyPairSpec)
    return {
      PrivateKeyPlaintext: base64(privateKey),
      PrivateKeyCiphertextBlob: base64(encrypt(key, privateKey, EncryptionContext)),
      PublicKey: base64(publicHalf(privateKey)),
      KeyId: key.arn,
      KeyPairSpec,
      KeyMaterialId: newestOf(key).id,
    }
  }
  const without = <T extends object, K extends keyof T>(answer: T, secret: K): Omit<T, K> => {
    const { [secret]: _, ...rest } = answer
    return rest
  }
  return [
    operation({
      name: 'Encrypt',
      input: shape({
        KeyId: keyReference,
        Plaintext: blob(LARGEST_PLAINTEXT_BYTES),
        EncryptionContext: encryptionContext,
        GrantTokens: grantTokens(),
        EncryptionAlgorithm: algorithm,
        DryRun: dryRun,
      }),
      authorize: ({ KeyId, EncryptionContext, EncryptionAlgorithm = SYMMETRIC }) =>
        using(KeyId, 'Encrypt', EncryptionContext, EncryptionAlgorithm),
      run({ KeyId, Plaintext, EncryptionContext = {}, EncryptionAlgorithm = SYMMETRIC, DryRun }) {
        const { key } = keys.resolve(KeyId)
        requireUsable(key, 'Encrypt', 'ENCRYPT_DECRYPT')
        const sealed = encrypt(key, Plaintext, EncryptionContext, EncryptionAlgorithm)
        endDryRun(DryRun)
        return { CiphertextBlob: base64(sealed), KeyId: key.arn, EncryptionAlgorithm }
      },
    }),
    operation({
      name: 'Decrypt',
      input: shape({
        CiphertextBlob: ciphertext,
        EncryptionContext: encryptionContext,
        GrantTokens: grantTokens(),
        KeyId: keyReference.optional(),
        EncryptionAlgorithm: algorithm,
        DryRun: dryRun,
      }),
      authorize: ({ CiphertextBlob, EncryptionContext, KeyId, EncryptionAlgorithm = SYMMETRIC }) =>
        access.on(source(CiphertextBlob, KeyId, EncryptionAlgorithm), 'Decrypt', {
          encryptionContext: EncryptionContext,
          alias: KeyId === undefined ? undefined : keys.resolve(KeyId).alias,
          context: { 'kms:EncryptionAlgorithm': EncryptionAlgorithm },
        }),
      run({ CiphertextBlob, EncryptionContext = {}, KeyId, EncryptionAlgorithm = SYMMETRIC, DryRun }) {
        const key = source(CiphertextBlob, KeyId, EncryptionAlgorithm)
        requireSame(key, KeyId)
        requireUsable(key, 'Decrypt', 'ENCRYPT_DECRYPT')
        const { plaintext, material } = decrypt(key, CiphertextBlob, EncryptionContext, EncryptionAlgorithm)
        endDryRun(DryRun)
        return {
          KeyId: key.arn,
          Plaintext: base64(plaintext),
          EncryptionAlgorithm,
          KeyMaterialId: isRotatable(key) && EncryptionAlgorithm === SYMMETRIC ? material.id : undefined,
        }
      },
    }),
    operation({
      name: 'ReEncrypt',
      input: shape({
        CiphertextBlob: ciphertext,
        SourceEncryptionContext: encryptionContext,
        SourceKeyId: keyReference.optional(),
        DestinationKeyId: keyReference,
        DestinationEncryptionContext: encryptionContext,
        SourceEncryptionAlgorithm: algorithm,
        DestinationEncryptionAlgorithm: algorithm,
        GrantTokens: grantTokens(),
        DryRun: dryRun,
      }),
      authorize(input) {
        const from = source(input.CiphertextBlob, input.SourceKeyId, input.SourceEncryptionAlgorithm)
        const { key: to, alias } = keys.resolve(input.DestinationKeyId)
        const same = { 'kms:ReEncryptOnSameKey': String(from.id === to.id) }
        return [
          access.on(from, 'ReEncryptFrom', { encryptionContext: input.SourceEncryptionContext, context: same }),
          access.on(to, 'ReEncryptTo', {
            encryptionContext: input.DestinationEncryptionContext,
            alias,
            context: same,
          }),
        ]
      },
      run(input) {
        const { SourceEncryptionAlgorithm = SYMMETRIC, DestinationEncryptionAlgorithm = SYMMETRIC } = input
        const from = source(input.CiphertextBlob, input.SourceKeyId, SourceEncryptionAlgorithm)
        requireSame(from, input.SourceKeyId)
        const { key: to } = keys.resolve(input.DestinationKeyId)
        requireUsable(from, 'ReEncrypt', 'ENCRYPT_DECRYPT')
        requireUsable(to, 'ReEncrypt', 'ENCRYPT_DECRYPT')
        const opened = decrypt(
          from,
          input.CiphertextBlob,
          input.SourceEncryptionContext ?? {},
          SourceEncryptionAlgorithm,
        )
        const context = input.DestinationEncryptionContext ?? {}
        const sealed = encrypt(to, opened.plaintext, context, DestinationEncryptionAlgorithm)
        endDryRun(input.DryRun)
        return {
          CiphertextBlob: base64(sealed),
          SourceKeyId: from.arn,
          KeyId: to.arn,
          SourceEncryptionAlgorithm,
          DestinationEncryptionAlgorithm,
          SourceKeyMaterialId: isRotatable(from) ? opened.material.id : undefined,
          DestinationKeyMaterialId: isRotatable(to) ? newestOf(to).id : undefined,
        }
      },
    }),
    operation({
      name: 'GenerateDataKey',
      input: shape(dataKey),
      authorize: ({ KeyId, EncryptionContext }) => using(KeyId, 'GenerateDataKey', EncryptionContext),
      run: input => newDataKey(input, 'GenerateDataKey'),
    }),
    operation({
      name: 'GenerateDataKeyWithoutPlaintext',
      input: shape(dataKey),
      authorize: ({ KeyId, EncryptionContext }) => using(KeyId, 'GenerateDataKeyWithoutPlaintext', EncryptionContext),
      run(input) {
        const given = input.NumberOfBytes ?? input.KeySpec
        const answer = newDataKey(
          given === undefined ? { ...input, KeySpec: 'AES_256' } : input,
          'GenerateDataKeyWithoutPlaintext',
        )
        return without(answer, 'Plaintext')
      },
    }),
    operation({
      name: 'GenerateDataKeyPair',
      input: shape(keyPair),
      authorize: ({ KeyId, EncryptionContext, KeyPairSpec }) =>
        pairContext(using(KeyId, 'GenerateDataKeyPair', EncryptionContext), KeyPairSpec),
      run: input => newKeyPair(input, 'GenerateDataKeyPair'),
    }),
    operation({
      name: 'GenerateDataKeyPairWithoutPlaintext',
      input: shape(keyPair),
      authorize: ({ KeyId, EncryptionContext, KeyPairSpec }) =>
        pairContext(using(KeyId, 'GenerateDataKeyPairWithoutPlaintext', EncryptionContext), KeyPairSpec),
      run: async input =>
        without(await newKeyPair(input, 'GenerateDataKeyPairWithoutPlaintext'), 'PrivateKeyPlaintext'),
    }),
    operation({
      name: 'GenerateRandom',
      input: shape({ NumberOfBytes: randomLength }),
      authorize: () => ({ action: 'kms:GenerateRandom', resource: '*' }),
      run({ NumberOfBytes }) {
        if (NumberOfBytes === undefined) throw new ValidationException('NumberOfBytes is required.')
        return { Plaintext: base64(randomBytes(NumberOfBytes)) }
      },
    }),
  ]
}

type DataKeyInput = z.output<z.ZodObject<typeof dataKey>>
type KeyPairInput = z.output<z.ZodObject<typeof keyPair>>

const pairContext = <A extends { readonly context?: object | undefined }>(access: A, spec: string) => ({
  ...access,
  context: { ...access.context, 'kms:DataKeyPairSpec': spec },
})

/** Data keys come from symmetric keys alone. */
function requireSymmetric(key: Key, name: string): void {
  requireUsable(key, name, 'ENCRYPT_DECRYPT')
  if (key.spec === SYMMETRIC) return
  throw new InvalidKeyUsageException(`${key.arn} key spec is ${key.spec} which is not valid for ${name}.`)
}
