import {
  constants,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
} from 'node:crypto'
import { type EncryptionContext, makerOf, open, seal } from './ciphertext.ts'
import { InvalidCiphertextException, InvalidKeyUsageException, ValidationException } from './errors.ts'
import type { Key, Material } from './key.ts'
import { newestOf } from './keys.ts'
import { LARGEST_PLAINTEXT_BYTES } from './limits.ts'
import { SPECS } from './specs.ts'

/** The algorithm of a symmetric key, and of every call that names none. */
export const SYMMETRIC = 'SYMMETRIC_DEFAULT'

const HASHES: Readonly<Record<string, { readonly name: string; readonly bytes: number }>> = {
  RSAES_OAEP_SHA_1: { name: 'sha1', bytes: 20 },
  RSAES_OAEP_SHA_256: { name: 'sha256', bytes: 32 },
}

/** @throws InvalidKeyUsageException, ValidationException */
export function encrypt(key: Key, plaintext: Buffer, context: EncryptionContext, algorithm = SYMMETRIC): Buffer {
  const padding = paddingOf(key, algorithm, context)
  const newest = newestOf(key)
  if (!padding) {
    checkLength(plaintext, LARGEST_PLAINTEXT_BYTES)
    const maker = { keyId: key.id, material: key.materials.length - 1 }
    return seal(maker, Buffer.from(newest.secret, 'base64'), plaintext, context)
  }
  const publicKey = createPublicKey(privateKeyOf(newest))
  const modulusBytes = (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  checkLength(plaintext, modulusBytes - 2 * padding.bytes - 2)
  return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: padding.name }, plaintext)
}

/** What a ciphertext held. */
export interface Decrypted {
  readonly plaintext: Buffer
  readonly material: Material
}

/** @throws InvalidCiphertextException, InvalidKeyUsageException, ValidationException */
export function decrypt(key: Key, ciphertext: Buffer, context: EncryptionContext, algorithm = SYMMETRIC): Decrypted {
  const padding = paddingOf(key, algorithm, context)
  const material = padding ? newestOf(key) : key.materials[makerOf(ciphertext)?.material ?? -1]
  if (!material) throw new InvalidCiphertextException()
  const plaintext = padding
    ? openRsa(material, ciphertext, padding.name)
    : open(Buffer.from(material.secret, 'base64'), ciphertext, context)
  if (!plaintext) throw new InvalidCiphertextException()
  return { plaintext, material }
}

function openRsa(material: Material, ciphertext: Buffer, oaepHash: string): Buffer | undefined {
  try {
    return privateDecrypt(
      { key: privateKeyOf(material), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash },
      ciphertext,
    )
  } catch {
    return undefined
  }
}

/** The padding of an asymmetric key; nothing for a symmetric one. */
function paddingOf(key: Key, algorithm: string, context: EncryptionContext) {
  if (!SPECS[key.spec].encryption?.includes(algorithm)) {
    throw new InvalidKeyUsageException(`Algorithm ${algorithm} and key spec ${key.spec} are incompatible.`)
  }
  const padding = HASHES[algorithm]
  if (padding && Object.keys(context).length > 0) {
    throw new ValidationException('An encryption context is valid only with a symmetric encryption KMS key.')
  }
  return padding
}

function checkLength(plaintext: Buffer, most: number): void {
  if (plaintext.length <= most) return
  throw new ValidationException(
    `1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to ${most}`,
  )
}

export const privateKeyOf = ({ secret }: Material): KeyObject =>
  createPrivateKey({ key: Buffer.from(secret, 'base64'), format: 'der', type: 'pkcs8' })
