import { z } from 'zod'
import { type Operation, onlyOne, operation, shape } from '../../../gateway/api.ts'
import { KMSInvalidMacException, KMSInvalidSignatureException } from '../errors.ts'
import { LARGEST_CIPHERTEXT_BYTES, LARGEST_PLAINTEXT_BYTES } from '../limits.ts'
import { isMacBy, isSignedBy, macOf, publicKeyOf, signMessage } from '../signatures.ts'
import { SPECS } from '../specs.ts'
import { requireEnabled, requireUsable } from '../usable.ts'
import { base64, blob, dryRun, endDryRun, grantTokens, type KmsContext, keyReference } from './shapes.ts'

const signing = {
  KeyId: keyReference,
  Message: blob(LARGEST_PLAINTEXT_BYTES),
  MessageType: onlyOne('RAW', ['DIGEST', 'EXTERNAL_MU'], 'a message that is a digest already'),
  SigningAlgorithm: z.enum([
    'RSASSA_PSS_SHA_256',
    'RSASSA_PSS_SHA_384',
    'RSASSA_PSS_SHA_512',
    'RSASSA_PKCS1_V1_5_SHA_256',
    'RSASSA_PKCS1_V1_5_SHA_384',
    'RSASSA_PKCS1_V1_5_SHA_512',
    'ECDSA_SHA_256',
    'ECDSA_SHA_384',
    'ECDSA_SHA_512',
  ]),
  GrantTokens: grantTokens(),
  DryRun: dryRun,
}
const mac = {
  KeyId: keyReference,
  Message: blob(LARGEST_PLAINTEXT_BYTES),
  MacAlgorithm: z.enum(['HMAC_SHA_224', 'HMAC_SHA_256', 'HMAC_SHA_384', 'HMAC_SHA_512']),
  GrantTokens: grantTokens(),
  DryRun: dryRun,
}

/** Signatures and authentication codes. */
export function signingOperations({ keys, access }: KmsContext): readonly Operation[] {
  const using = (reference: string, action: string, context = {}) => {
    const { key, alias } = keys.resolve(reference)
    return access.on(key, action, { alias, context })
  }
  const signs = (name: string, { KeyId, SigningAlgorithm }: { KeyId: string; SigningAlgorithm: string }) =>
    using(KeyId, name, { 'kms:SigningAlgorithm': SigningAlgorithm, 'kms:MessageType': 'RAW' })
  const codes = (name: string, { KeyId, MacAlgorithm }: { KeyId: string; MacAlgorithm: string }) =>
    using(KeyId, name, { 'kms:MacAlgorithm': MacAlgorithm })
  return [
    operation({
      name: 'Sign',
      input: shape(signing),
      authorize: input => signs('Sign', input),
      run({ KeyId, Message, SigningAlgorithm, DryRun }) {
        const { key } = keys.resolve(KeyId)
        requireUsable(key, 'Sign', 'SIGN_VERIFY')
        const signature = signMessage(key, Message, SigningAlgorithm)
        endDryRun(DryRun)
        return { KeyId: key.arn, Signature: base64(signature), SigningAlgorithm }
      },
    }),
    operation({
      name: 'Verify',
      input: shape({ ...signing, Signature: blob(LARGEST_CIPHERTEXT_BYTES) }),
      authorize: input => signs('Verify', input),
      run({ KeyId, Message, Signature, SigningAlgorithm, DryRun }) {
        const { key } = keys.resolve(KeyId)
        requireUsable(key, 'Verify', 'SIGN_VERIFY')
        if (!isSignedBy(key, Message, Signature, SigningAlgorithm)) throw new KMSInvalidSignatureException()
        endDryRun(DryRun)
        return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm }
      },
    }),
    operation({
      name: 'GetPublicKey',
      input: shape({ KeyId: keyReference, GrantTokens: grantTokens() }),
      authorize: ({ KeyId }) => using(KeyId, 'GetPublicKey'),
      run({ KeyId }) {
        const { key } = keys.resolve(KeyId)
        requireEnabled(key)
        const { encryption, signing: algorithms } = SPECS[key.spec]
        return {
          KeyId: key.arn,
          PublicKey: base64(publicKeyOf(key)),
          CustomerMasterKeySpec: key.spec,
          KeySpec: key.spec,
          KeyUsage: key.usage,
          EncryptionAlgorithms: key.usage === 'ENCRYPT_DECRYPT' ? encryption : undefined,
          SigningAlgorithms: key.usage === 'SIGN_VERIFY' ? algorithms : undefined,
        }
      },
    }),
    operation({
      name: 'GenerateMac',
      input: shape(mac),
      authorize: input => codes('GenerateMac', input),
      run({ KeyId, Message, MacAlgorithm, DryRun }) {
        const { key } = keys.resolve(KeyId)
        requireUsable(key, 'GenerateMac', 'GENERATE_VERIFY_MAC')
        const code = macOf(key, Message, MacAlgorithm)
        endDryRun(DryRun)
        return { Mac: base64(code), MacAlgorithm, KeyId: key.arn }
      },
    }),
    operation({
      name: 'VerifyMac',
      input: shape({ ...mac, Mac: blob(LARGEST_CIPHERTEXT_BYTES) }),
      authorize: input => codes('VerifyMac', input),
      run({ KeyId, Message, Mac, MacAlgorithm, DryRun }) {
        const { key } = keys.resolve(KeyId)
        requireUsable(key, 'VerifyMac', 'GENERATE_VERIFY_MAC')
        if (!isMacBy(key, Message, Mac, MacAlgorithm)) throw new KMSInvalidMacException()
        endDryRun(DryRun)
        return { KeyId: key.arn, MacValid: true, MacAlgorithm }
      },
    }),
  ]
}
