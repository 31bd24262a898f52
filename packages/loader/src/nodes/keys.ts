import type { KmsAlias, KmsKey, KmsKeySpec, KmsKeyUsage } from '@terrace/model'
import { defined } from '../defined.ts'
import { type BuildContext, type BuilderTable, node, notModelled } from './build-context.ts'
import { policyDocumentOf } from './policy-document.ts'

const SPECS: readonly KmsKeySpec[] = [
  'SYMMETRIC_DEFAULT',
  'HMAC_224',
  'HMAC_256',
  'HMAC_384',
  'HMAC_512',
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_SECG_P256K1',
]

/** Keys of KMS and their aliases. */
export const keys: BuilderTable = {
  'AWS::KMS::Key': node((context): KmsKey => {
    const { properties, resource } = context
    properties.withoutEffect({
      BypassPolicyLockoutSafetyCheck: 'a policy of a template is taken as it is',
      PendingWindowInDays: 'a key stays until terrace reset',
    })
    const spec = specOf(context)
    return {
      ...context.base('kmsKey'),
      keyId: resource.physicalId,
      arn: context.attribute('Arn'),
      description: properties.text('Description') ?? '',
      spec,
      usage: usageOf(context, spec),
      enabled: properties.boolean('Enabled') ?? true,
      ...defined({
        policy: properties.has('KeyPolicy') ? policyDocumentOf(properties, 'KeyPolicy') : undefined,
        rotationPeriodDays: rotationOf(context, spec),
      }),
    }
  }),
  'AWS::KMS::Alias': node((context): KmsAlias => {
    const { properties } = context
    const name = properties.requiredText('AliasName')
    if (!/^alias\/(?!aws\/)[\w/-]+$/.test(name)) {
      throw properties.bad('AliasName', '"alias/" and a name of letters, digits, "/", "_" and "-", not "alias/aws/…"')
    }
    return { ...context.base('kmsAlias'), name, key: context.need(properties, 'TargetKeyId', 'kmsKey') }
  }),
}

function specOf({ properties }: BuildContext): KmsKeySpec {
  if ((properties.text('Origin') ?? 'AWS_KMS') !== 'AWS_KMS') {
    throw notModelled(properties, 'Origin', 'its key material would have to be imported from elsewhere')
  }
  if (properties.boolean('MultiRegion') ?? false) {
    throw notModelled(properties, 'MultiRegion', 'there is one region here')
  }
  const text = properties.text('KeySpec') ?? 'SYMMETRIC_DEFAULT'
  const spec = SPECS.find(each => each === text)
  if (spec === undefined) throw notModelled(properties, 'KeySpec', `keys of the kind ${text} are not emulated`)
  return spec
}

function usageOf({ properties }: BuildContext, spec: KmsKeySpec): KmsKeyUsage {
  const allowed = usagesOf(spec)
  if (properties.text('KeyUsage') === 'KEY_AGREEMENT') {
    throw notModelled(properties, 'KeyUsage', 'keys for KEY_AGREEMENT are not emulated')
  }
  const usage = properties.oneOf('KeyUsage', ['ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'GENERATE_VERIFY_MAC'])
  // AWS's own default fits symmetric keys alone: others have to say what they are for.
  const chosen = usage ?? 'ENCRYPT_DECRYPT'
  if (allowed.includes(chosen)) return chosen
  throw properties.bad('KeyUsage', `${allowed.join(' or ')} for a key of the kind ${spec}`)
}

function usagesOf(spec: KmsKeySpec): readonly KmsKeyUsage[] {
  if (spec === 'SYMMETRIC_DEFAULT') return ['ENCRYPT_DECRYPT']
  if (spec.startsWith('HMAC_')) return ['GENERATE_VERIFY_MAC']
  return spec.startsWith('RSA_') ? ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'] : ['SIGN_VERIFY']
}

/** Days between two rotations; nothing when it is not rotated. */
function rotationOf({ properties }: BuildContext, spec: KmsKeySpec): number | undefined {
  const period = properties.number('RotationPeriodInDays', { least: 90, most: 2560 }) ?? 365
  if (!(properties.boolean('EnableKeyRotation') ?? false)) return undefined
  if (spec === 'SYMMETRIC_DEFAULT') return period
  throw properties.bad('EnableKeyRotation', `false for a key of the kind ${spec}, which AWS does not rotate`)
}
