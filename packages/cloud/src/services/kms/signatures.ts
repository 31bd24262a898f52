import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import { privateKeyOf } from './crypto.ts'
import { InvalidKeyUsageException, UnsupportedOperationException } from './errors.ts'
import type { Key } from './key.ts'
import { newestOf } from './keys.ts'
import { isAsymmetric, SPECS } from './specs.ts'

/** A signature: ECDSA's in DER, as AWS gives it. @throws InvalidKeyUsageException */
export function signMessage(key: Key, message: Buffer, algorithm: string): Buffer {
  return sign(hashOf(key, algorithm), message, withPadding(privateKeyOf(newestOf(key)), algorithm))
}

/** @throws InvalidKeyUsageException */
export function isSignedBy(key: Key, message: Buffer, signature: Buffer, algorithm: string): boolean {
  const publicKey = createPublicKey(privateKeyOf(newestOf(key)))
  return verify(hashOf(key, algorithm), message, withPadding(publicKey, algorithm), signature)
}

/** SubjectPublicKeyInfo in DER. @throws UnsupportedOperationException for a key that has no public half */
export function publicKeyOf(key: Key): Buffer {
  if (!isAsymmetric(key.spec)) {
    throw new UnsupportedOperationException(`${key.arn} is a ${key.spec} key, which has no public key.`)
  }
  return publicHalf(Buffer.from(newestOf(key).secret, 'base64'))
}

/** SubjectPublicKeyInfo in DER. @param privateKey  PKCS #8 in DER */
export const publicHalf = (privateKey: Buffer): Buffer =>
  createPublicKey(createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' })).export({
    format: 'der',
    type: 'spki',
  })

/** @throws InvalidKeyUsageException */
export function macOf(key: Key, message: Buffer, algorithm: string): Buffer {
  if (SPECS[key.spec].mac !== algorithm) throw incompatible(key, algorithm)
  const hash = `sha${algorithm.slice('HMAC_SHA_'.length)}`
  return createHmac(hash, Buffer.from(newestOf(key).secret, 'base64'))
    .update(message)
    .digest()
}

/** @throws InvalidKeyUsageException */
export function isMacBy(key: Key, message: Buffer, mac: Buffer, algorithm: string): boolean {
  const right = macOf(key, message, algorithm)
  return right.length === mac.length && timingSafeEqual(right, mac)
}

function hashOf(key: Key, algorithm: string): string {
  if (!SPECS[key.spec].signing?.includes(algorithm)) throw incompatible(key, algorithm)
  return `sha${algorithm.slice(-3)}`
}

function withPadding(key: KeyObject, algorithm: string) {
  if (!algorithm.startsWith('RSASSA_PSS')) return { key }
  const saltLength = constants.RSA_PSS_SALTLEN_DIGEST
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
}

const incompatible = ({ spec }: Key, algorithm: string) =>
  new InvalidKeyUsageException(`Algorithm ${algorithm} and key spec ${spec} are incompatible.`)
