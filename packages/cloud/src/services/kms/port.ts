import { randomBytes } from 'node:crypto'
import { AccessDenied, AwsError } from '../../gateway/errors.ts'
import type { Authorizer, Caller } from '../../identity/authorizer.ts'
import type { Journal } from '../../journal.ts'
import type { KeyAccess } from './access.ts'
import { type EncryptionContext, makerOf } from './ciphertext.ts'
import { decrypt, encrypt } from './crypto.ts'
import { InvalidCiphertextException } from './errors.ts'
import type { Key } from './key.ts'
import type { Keys } from './keys.ts'
import { requireUsable } from './usable.ts'

/** What every call of a service to KMS says. */
export interface KmsRequest {
  /** The encryption context, as AWS's service sends it. */
  readonly context: EncryptionContext
  /** The service that calls, as in `kms:ViaService`: `ssm`, `secretsmanager`, `s3`, `sqs`. */
  readonly via: string
  /**
   * For whom: the permission has to be theirs, by the key's policy, a grant, or their own policies where the key's policy
   * names the account. Absent: the cloud itself, which is asked for nothing.
   */
  readonly caller?: Pick<Caller, 'principal' | 'context'> | undefined
}

/** A key for data, and what KMS makes of it to be kept beside the data. */
export interface DataKey {
  readonly plaintext: Buffer
  readonly ciphertext: Buffer
  /** ARN of the key that encrypted it. */
  readonly keyArn: string
}

/**
 * KMS for other services: Parameter Store, Secrets Manager, S3, SQS. Keys are named by id, ARN, alias or ARN of an alias;
 * the keys of services such as `alias/aws/ssm` are made when they are first used.
 */
export interface Kms {
  /** At most 4,096 bytes. @throws AwsError AccessDenied, NotFoundException, DisabledException, KMSInvalidStateException */
  encrypt(request: KmsRequest & { readonly keyId: string; readonly plaintext: Buffer }): {
    readonly ciphertext: Buffer
    readonly keyArn: string
  }
  /**
   * A ciphertext names its key.
   * @throws AwsError AccessDenied, InvalidCiphertextException, DisabledException, KMSInvalidStateException
   */
  decrypt(request: KmsRequest & { readonly ciphertext: Buffer }): {
    readonly plaintext: Buffer
    readonly keyArn: string
  }
  /** 32 bytes. @throws AwsError as `encrypt` */
  generateDataKey(request: KmsRequest & { readonly keyId: string }): DataKey
}

interface Surroundings {
  readonly keys: Keys
  readonly access: KeyAccess
  readonly authorizer: Authorizer
  readonly journal: Journal
}

const DATA_KEY_BYTES = 32

/** Offers KMS to other services. What it refuses them is in the journal, because they often answer something else. */
export function kmsPort(surroundings: Surroundings): Kms {
  const { keys } = surroundings
  const under = (request: KmsRequest & { readonly keyId: string }, action: string): Key => {
    const { key, alias } = keys.resolve(request.keyId)
    admit(surroundings, key, action, request, alias)
    return key
  }
  return {
    encrypt: request =>
      told(surroundings, request, () => {
        const key = under(request, 'Encrypt')
        return { ciphertext: encrypt(key, request.plaintext, request.context), keyArn: key.arn }
      }),
    decrypt: request =>
      told(surroundings, request, () => {
        const key = keyOfCiphertext(keys, request.ciphertext)
        admit(surroundings, key, 'Decrypt', request)
        return { plaintext: decrypt(key, request.ciphertext, request.context).plaintext, keyArn: key.arn }
      }),
    generateDataKey: request =>
      told(surroundings, request, () => {
        const key = under(request, 'GenerateDataKey')
        const plaintext = randomBytes(DATA_KEY_BYTES)
        return { plaintext, ciphertext: encrypt(key, plaintext, request.context), keyArn: key.arn }
      }),
  }
}

/** The key that made a ciphertext. @throws InvalidCiphertextException, AccessDenied when the key is gone */
export function keyOfCiphertext(keys: Keys, ciphertext: Buffer): Key {
  const maker = makerOf(ciphertext)
  if (!maker) throw new InvalidCiphertextException()
  const key = keys.find(maker.keyId)
  if (key) return key
  throw new AccessDenied(
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
  )
}

function admit(
  { access, authorizer }: Surroundings,
  key: Key,
  action: string,
  { caller, context, via }: KmsRequest,
  alias?: string,
): void {
  // The call is the service's own: it doesn't come through the caller's VPC endpoint.
  if (caller) {
    const { principal, context: of } = caller
    authorizer.require({ principal, context: of }, access.on(key, action, { encryptionContext: context, via, alias }))
  }
  requireUsable(key, action, 'ENCRYPT_DECRYPT')
}

function told<T>({ journal }: Surroundings, { via }: KmsRequest, action: () => T): T {
  try {
    return action()
  } catch (error) {
    // The authorizer has told of a denial already.
    if (error instanceof AwsError && !(error instanceof AccessDenied)) {
      journal.write({
        kind: 'kms.refused',
        message: `KMS refused ${via}: ${error.message}`,
        details: { service: via, code: error.code },
      })
    }
    throw error
  }
}
