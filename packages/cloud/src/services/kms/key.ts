import type { Instant } from '@terrace/kit'
import type { KmsKeySpec, KmsKeyUsage } from '@terrace/model'
import { z } from 'zod'
import { SPECS } from './specs.ts'

/** What may be done by a grant. API Reference "CreateGrant". differs: without DeriveSharedSecret, which isn't emulated */
export const GRANT_OPERATIONS = [
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
  'Sign',
  'Verify',
  'GetPublicKey',
  'CreateGrant',
  'RetireGrant',
  'DescribeKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateMac',
  'VerifyMac',
] as const

export type GrantOperation = (typeof GRANT_OPERATIONS)[number]

const pairs = z.record(z.string(), z.string())

const grant = z.strictObject({
  id: z.string(),
  name: z.string().optional(),
  grantee: z.string(),
  retiring: z.string().optional(),
  operations: z.array(z.enum(GRANT_OPERATIONS)),
  /** Encryption contexts that it holds for: exactly these pairs, or at least these. */
  equals: pairs.optional(),
  subset: pairs.optional(),
  created: z.number(),
})

const material = z.strictObject({
  /** 64 hexadecimal digits. */
  id: z.string(),
  /** Base 64. */
  secret: z.string(),
  made: z.number(),
  how: z.enum(['CREATED', 'AUTOMATIC', 'ON_DEMAND']),
})

const specs = Object.keys(SPECS) as [KmsKeySpec, ...KmsKeySpec[]]
const usages: [KmsKeyUsage, ...KmsKeyUsage[]] = ['ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'GENERATE_VERIFY_MAC']

/** A key as its file holds it. */
export const storedKey = z.strictObject({
  id: z.string(),
  arn: z.string(),
  description: z.string(),
  spec: z.enum(specs),
  usage: z.enum(usages),
  manager: z.enum(['AWS', 'CUSTOMER']),
  created: z.number(),
  state: z.enum(['Enabled', 'Disabled', 'PendingDeletion']),
  deletion: z.strictObject({ at: z.number(), windowDays: z.number() }).optional(),
  /** As it was put. */
  policy: z.string(),
  tags: pairs,
  rotation: z.strictObject({ next: z.number(), periodDays: z.number() }).optional(),
  grants: z.array(grant),
  /** The oldest first: the last one encrypts, all decrypt. */
  materials: z.array(material).min(1),
  /** Of what the template said when it was last taken from there. */
  templateDigest: z.string().optional(),
})

export type Grant = Readonly<z.infer<typeof grant>>
export type Material = Readonly<z.infer<typeof material>>
export type Key = Readonly<z.infer<typeof storedKey>>

/** Another name of a key. */
export interface Alias {
  /** `alias/orders` */
  readonly name: string
  readonly keyId: string
  readonly created: Instant
  readonly updated: Instant
}

export const storedAliases = z.array(
  z.strictObject({ name: z.string(), keyId: z.string(), created: z.number(), updated: z.number() }),
)

/** What a new key is made from. */
export interface NewKey {
  readonly id: string
  readonly description: string
  readonly spec: KmsKeySpec
  readonly usage: KmsKeyUsage
  readonly manager: Key['manager']
  readonly policy: string
  readonly tags: Readonly<Record<string, string>>
}
