import { AwsError } from '../../../gateway/errors.ts'
import type { Caller } from '../../../identity/authorizer.ts'
import type { Ports } from '../../../ports.ts'
import { InvalidKeyId } from '../errors.ts'

/** The key of a SecureString that names none. Systems Manager User Guide "SecureString parameters". */
export const DEFAULT_KEY = 'alias/aws/ssm'

/** What is encrypted or decrypted, on whose behalf. */
export interface CryptoRequest {
  readonly bytes: Buffer
  /** Of the parameter: its ARN is the encryption context. */
  readonly arn: string
  /** Absent: the cloud itself. */
  readonly caller?: Caller | undefined
}

/**
 * SecureStrings through KMS, on behalf of the caller: who reads one of a customer managed key needs `kms:Decrypt` on that key;
 * the policy of the default key lets everybody in who comes through Systems Manager.
 *
 * @see AWS KMS Developer Guide "How AWS Systems Manager Parameter Store uses AWS KMS"
 */
export class Encryption {
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** @param keyId  id, ARN or alias @throws InvalidKeyId, AccessDenied */
  async encrypt(keyId: string, { bytes, arn, caller }: CryptoRequest): Promise<Buffer> {
    const kms = await this.#ports.need('kms')
    const request = { keyId, plaintext: bytes, ...contextOf(arn, caller) }
    return asSsm(() => kms.encrypt(request).ciphertext)
  }

  /** @throws InvalidKeyId, AccessDenied */
  async decrypt({ bytes, arn, caller }: CryptoRequest): Promise<Buffer> {
    const kms = await this.#ports.need('kms')
    const request = { ciphertext: bytes, ...contextOf(arn, caller) }
    return asSsm(() => kms.decrypt(request).plaintext)
  }
}

const contextOf = (arn: string, caller: Caller | undefined) => ({
  context: { PARAMETER_ARN: arn },
  via: 'ssm',
  caller,
})

/** What KMS says about a key that can't be used is SSM's own error; a denial stays one. */
function asSsm<T>(action: () => T): T {
  try {
    return action()
  } catch (error) {
    if (error instanceof AwsError && KEY_ERRORS.has(error.code)) throw new InvalidKeyId(error.message)
    throw error
  }
}

const KEY_ERRORS: ReadonlySet<string> = new Set([
  'DisabledException',
  'InvalidCiphertextException',
  'InvalidKeyUsageException',
  'KMSInvalidStateException',
  'NotFoundException',
])
