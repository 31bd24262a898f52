import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { AccessDenied, AwsError } from '../../gateway/errors.ts'
import type { Caller } from '../../identity/authorizer.ts'
import type { Kms } from '../../ports.ts'
import { DecryptionFailure, EncryptionFailure } from './errors.ts'
import type { SecretContent, SecretVersion } from './secret.ts'

/** Which value it is: bound to the ciphertext. */
export interface Place {
  readonly arn: string
  readonly versionId: string
  /** Absent: `alias/aws/secretsmanager`. */
  readonly keyId?: string | undefined
  /** Whose permission for the key counts; absent: the cloud itself. */
  readonly caller?: Caller | undefined
}

/** How a value is kept on disk. */
export type Kept = Pick<SecretVersion, 'sealed' | 'string' | 'binary'>

/** Encrypts values at rest. */
export interface Vault {
  /** @throws AccessDenied, EncryptionFailure */
  seal(content: SecretContent, place: Place): Kept
  /** @throws AccessDenied, DecryptionFailure */
  open(kept: Kept, place: Place): SecretContent
}

const DEFAULT_KEY = 'alias/aws/secretsmanager'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Every value has a data key of its own, which KMS encrypts: writing needs `kms:GenerateDataKey`, reading `kms:Decrypt`.
 * @see Secrets Manager User Guide "Secret encryption and decryption in AWS Secrets Manager"
 */
export const kmsVault = (kms: Kms): Vault => ({
  seal(content, place) {
    const key = asSecretsManager(EncryptionFailure, () =>
      kms.generateDataKey({ keyId: place.keyId ?? DEFAULT_KEY, ...request(place) }),
    )
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', key.plaintext, nonce)
    const text = Buffer.concat([cipher.update(JSON.stringify(content)), cipher.final()])
    const data = Buffer.concat([nonce, cipher.getAuthTag(), text])
    return { sealed: { key: key.ciphertext.toString('base64'), data: data.toString('base64') } }
  },
  open({ sealed, string, binary }, place) {
    if (!sealed) return { string, binary }
    const ciphertext = Buffer.from(sealed.key, 'base64')
    const { plaintext } = asSecretsManager(DecryptionFailure, () => kms.decrypt({ ciphertext, ...request(place) }))
    return asSecretsManager(DecryptionFailure, () => openWith(plaintext, Buffer.from(sealed.data, 'base64')))
  },
})

function request({ arn, versionId, caller }: Place) {
  return { context: { SecretARN: arn, SecretVersionId: versionId }, via: 'secretsmanager', caller }
}

function openWith(key: Buffer, data: Buffer): SecretContent {
  const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, NONCE_BYTES))
  decipher.setAuthTag(data.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  try {
    const text = Buffer.concat([decipher.update(data.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()])
    return JSON.parse(text.toString())
  } catch (cause) {
    throw new DecryptionFailure(cause)
  }
}

/** What KMS refuses, in the words of Secrets Manager; the journal has those of KMS. */
function asSecretsManager<T>(Failure: new (cause: unknown) => AwsError, action: () => T): T {
  try {
    return action()
  } catch (error) {
    if (error instanceof AccessDenied) throw new AccessDenied('Access to KMS is not allowed')
    throw error instanceof AwsError && !(error instanceof Failure) ? new Failure(error) : error
  }
}
