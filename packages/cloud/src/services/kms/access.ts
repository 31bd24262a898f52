import type { PolicyDocument } from '@terrace/model'
import type { Access } from '../../identity/authorizer.ts'
import type { ContextValues } from '../../identity/context.ts'
import type { EncryptionContext } from './ciphertext.ts'
import { type GrantQuestion, grantStatements } from './grants.ts'
import type { Key } from './key.ts'
import { parseKeyPolicy } from './key-policy.ts'
import type { Keys } from './keys.ts'

/** What a call brings that policies may ask for. */
export interface KeyQuestion extends Omit<GrantQuestion, 'action'> {
  /** The alias that the caller has named. */
  readonly alias?: string | undefined
  /** The service that calls for somebody: `ssm`. */
  readonly via?: string | undefined
  /** More condition keys of the operation. */
  readonly context?: ContextValues | undefined
}

/** What a caller needs to use or manage keys. */
export class KeyAccess {
  readonly #keys: Keys
  readonly #policies = new WeakMap<Key, PolicyDocument>()

  constructor(keys: Keys) {
    this.#keys = keys
  }

  /**
   * The permission for an action on a key: its policy, with its grants, has to allow it, whatever the policies of the caller
   * say; where it names the account, they decide.
   *
   * @param action  without `kms:`
   * @see AWS KMS Developer Guide "Key policies in AWS KMS", "Condition keys for AWS KMS"
   */
  on(key: Key, action: string, question: KeyQuestion = {}): Access {
    const { encryptionContext } = question
    const { region, account } = this.#keys.architecture
    const granted = grantStatements(key, { action, ...question })
    const policy = this.policyOf(key)
    return {
      action: `kms:${action}`,
      resource: key.arn,
      resourcePolicy: {
        name: `the policy of key ${key.id}`,
        document: granted.length === 0 ? policy : { ...policy, Statement: [...policy.Statement, ...granted] },
      },
      resourceMustAllow: true,
      context: {
        'kms:CallerAccount': account,
        'kms:KeySpec': key.spec,
        'kms:KeyUsage': key.usage,
        'kms:KeyOrigin': 'AWS_KMS',
        'kms:MultiRegion': 'false',
        'kms:RequestAlias': question.alias,
        'kms:ResourceAliases': this.#keys.aliases.of(key.id).map(({ name }) => name),
        'kms:ViaService': question.via === undefined ? undefined : `${question.via}.${region}.amazonaws.com`,
        ...encryptionKeys(encryptionContext),
        ...prefixed('aws:ResourceTag/', key.tags),
        ...question.context,
      },
    }
  }

  /** An action on an alias, which has no policy of its own. */
  onAlias(name: string, action: string): Access {
    return { action: `kms:${action}`, resource: this.#keys.arnOf(name) }
  }

  policyOf(key: Key): PolicyDocument {
    const known = this.#policies.get(key)
    if (known) return known
    const document = parseKeyPolicy(key.policy)
    this.#policies.set(key, document)
    return document
  }
}

function encryptionKeys(context: EncryptionContext | undefined): ContextValues {
  const names = Object.keys(context ?? {})
  if (names.length === 0) return {}
  return { ...prefixed('kms:EncryptionContext:', context ?? {}), 'kms:EncryptionContextKeys': names }
}

const prefixed = (prefix: string, values: Readonly<Record<string, string>>): ContextValues =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]))
