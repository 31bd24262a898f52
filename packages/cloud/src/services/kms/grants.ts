import type { PolicyStatement } from '@terrace/model'
import type { Principal } from '../../identity/principal.ts'
import type { EncryptionContext } from './ciphertext.ts'
import { InvalidGrantTokenException } from './errors.ts'
import type { Grant, GrantOperation, Key } from './key.ts'

/** What a call asks of a key, as grants look at it. */
export interface GrantQuestion {
  /** Without `kms:`. */
  readonly action: string
  readonly encryptionContext?: EncryptionContext | undefined
  /** What a new grant would allow: no more than the grant that allows to make it. */
  readonly newGrant?: Pick<Grant, 'operations' | 'equals' | 'subset'> | undefined
}

/**
 * The grants of a key that fit a call, as statements of its policy: whom they mean is decided with the other statements, so
 * that an explicit deny still wins.
 *
 * @see AWS KMS Developer Guide "Grants in AWS KMS"
 */
export const grantStatements = ({ grants }: Key, question: GrantQuestion): readonly PolicyStatement[] =>
  grants
    .filter(grant => fits(grant, question))
    .map(({ id, grantee }) => ({
      Sid: `grant ${id}`,
      Effect: 'Allow',
      Principal: principalNamed(grantee),
      Action: `kms:${question.action}`,
    }))

function fits(grant: Grant, { action, encryptionContext = {}, newGrant }: GrantQuestion): boolean {
  if (!grant.operations.some(operation => operation === action)) return false
  if (newGrant) return isWithin(newGrant, grant)
  const { equals, subset } = grant
  // Constraints are about ciphertexts: what has no encryption context isn't limited by them.
  if (!CONSTRAINED.has(action)) return true
  if (equals && !isSame(equals, encryptionContext)) return false
  return !subset || isPart(subset, encryptionContext)
}

/** API Reference "GrantConstraints". */
const CONSTRAINED: ReadonlySet<string> = new Set<GrantOperation>([
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
])

/** Whether one grant allows no more than another. API Reference "CreateGrant". */
function isWithin(inner: Pick<Grant, 'operations' | 'equals' | 'subset'>, outer: Grant): boolean {
  if (!inner.operations.every(operation => outer.operations.includes(operation))) return false
  if (outer.equals && !(inner.equals && isSame(outer.equals, inner.equals))) return false
  return !outer.subset || isPart(outer.subset, inner.equals ?? inner.subset ?? {})
}

const isPart = (part: EncryptionContext, whole: EncryptionContext): boolean =>
  Object.entries(part).every(([name, value]) => whole[name] === value)

const isSame = (a: EncryptionContext, b: EncryptionContext): boolean =>
  isPart(a, b) && Object.keys(a).length === Object.keys(b).length

/** A service is meant by its name, everybody else by an ARN. */
const principalNamed = (name: string): NonNullable<PolicyStatement['Principal']> =>
  name.endsWith('.amazonaws.com') ? { Service: name } : { AWS: name }

/** Whether somebody may give a grant back without any permission: who it names for that, and who may use it to retire it. */
export function mayRetire({ retiring, grantee, operations }: Grant, principal: Principal): boolean {
  const names = namesOf(principal)
  if (retiring !== undefined && names.includes(retiring)) return true
  return operations.includes('RetireGrant') && names.includes(grantee)
}

function namesOf(principal: Principal): readonly string[] {
  if (principal.kind === 'administrator') return [principal.arn]
  if (principal.kind === 'role') return [principal.arn, principal.sessionArn]
  return principal.kind === 'service' ? [principal.service] : []
}

/** What CreateGrant gives beside the id. differs: a grant holds from its creation on, so that nobody needs it */
export const grantToken = (key: Key, grantId: string): string =>
  Buffer.from(JSON.stringify([key.id, grantId])).toString('base64')

/** @throws InvalidGrantTokenException */
export function readGrantToken(token: string): { readonly keyId: string; readonly grantId: string } {
  try {
    const [keyId, grantId]: unknown[] = JSON.parse(Buffer.from(token, 'base64').toString())
    if (typeof keyId === 'string' && typeof grantId === 'string') return { keyId, grantId }
  } catch {
    // The same answer as for JSON that is something else.
  }
  throw new InvalidGrantTokenException()
}
