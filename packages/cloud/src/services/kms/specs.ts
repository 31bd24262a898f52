import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { KmsKeySpec, KmsKeyUsage } from '@terrace/model'

/** What can be done with the keys of a kind. */
export interface Spec {
  readonly usages: readonly KmsKeyUsage[]
  readonly encryption?: readonly string[]
  readonly signing?: readonly string[]
  readonly mac?: string
  readonly material:
    | { readonly kind: 'bytes'; readonly bytes: number }
    | { readonly kind: 'rsa'; readonly bits: number }
    | { readonly kind: 'ec'; readonly curve: string }
}

const RSA_SIGNING = [
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
]

const rsa = (bits: number): Spec => ({
  usages: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'],
  encryption: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'],
  signing: RSA_SIGNING,
  material: { kind: 'rsa', bits },
})
const ec = (curve: string, signing: string): Spec => ({
  usages: ['SIGN_VERIFY'],
  signing: [signing],
  material: { kind: 'ec', curve },
})
const hmac = (bits: number): Spec => ({
  usages: ['GENERATE_VERIFY_MAC'],
  mac: `HMAC_SHA_${bits}`,
  material: { kind: 'bytes', bytes: bits / 8 },
})

/**
 * The kinds of keys.
 * @see AWS KMS Developer Guide "Key spec reference"
 */
export const SPECS: Readonly<Record<KmsKeySpec, Spec>> = {
  SYMMETRIC_DEFAULT: {
    usages: ['ENCRYPT_DECRYPT'],
    encryption: ['SYMMETRIC_DEFAULT'],
    material: { kind: 'bytes', bytes: 32 },
  },
  HMAC_224: hmac(224),
  HMAC_256: hmac(256),
  HMAC_384: hmac(384),
  HMAC_512: hmac(512),
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  ECC_NIST_P256: ec('prime256v1', 'ECDSA_SHA_256'),
  ECC_NIST_P384: ec('secp384r1', 'ECDSA_SHA_384'),
  ECC_NIST_P521: ec('secp521r1', 'ECDSA_SHA_512'),
  ECC_SECG_P256K1: ec('secp256k1', 'ECDSA_SHA_256'),
}

/** Whether a key of the kind has a public half. */
export const isAsymmetric = (spec: KmsKeySpec): boolean => SPECS[spec].material.kind !== 'bytes'

const generate = promisify(generateKeyPair)

/** New key material: bytes, or a private key as PKCS #8 in DER. */
export async function makeMaterial(spec: KmsKeySpec): Promise<Buffer> {
  const { material } = SPECS[spec]
  if (material.kind === 'bytes') return randomBytes(material.bytes)
  const { privateKey } =
    material.kind === 'rsa'
      ? await generate('rsa', { modulusLength: material.bits })
      : await generate('ec', { namedCurve: material.curve })
  return privateKey.export({ format: 'der', type: 'pkcs8' })
}
