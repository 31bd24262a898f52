import { days } from '@terrace/kit'
import { z } from 'zod'
import { decided, type Operation, onlyOff, onlyOne, operation, shape } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { KMSInvalidStateException, ValidationException } from '../errors.ts'
import { checkLockout, defaultPolicy, parseKeyPolicy } from '../key-policy.ts'
import { DELETION_DAYS } from '../limits.ts'
import { makeMaterial, SPECS } from '../specs.ts'
import { requireKept } from '../usable.ts'
import {
  describeKey,
  grantTokens,
  type KmsContext,
  keyReference,
  keySpec,
  keyUsage,
  pageOf,
  paging,
  tagList,
} from './shapes.ts'
import { checkTags } from './tags.ts'

const NOT_EMULATED_SPECS = ['SM2', 'ML_DSA_44', 'ML_DSA_65', 'ML_DSA_87', 'ECC_NIST_EDWARDS25519']
const anySpec = z
  .enum([...keySpec.options, ...NOT_EMULATED_SPECS])
  .refine(spec => !NOT_EMULATED_SPECS.includes(spec), { params: { notEmulated: 'a key of this kind' } })
  .pipe(keySpec)
  .optional()
const anyUsage = z
  .enum([...keyUsage.options, 'KEY_AGREEMENT'])
  .refine(usage => usage !== 'KEY_AGREEMENT', { params: { notEmulated: 'a key to agree on others' } })
  .pipe(keyUsage)
  .optional()

/** Keys from their creation to their deletion. */
export function keyOperations({ keys, access, authorizer, random }: KmsContext): readonly Operation[] {
  const { account } = keys.architecture
  const on = (reference: string, action: string) => access.on(keys.get(reference), action)
  return [
    operation({
      name: 'CreateKey',
      input: shape({
        Policy: z.string().min(1).max(131_072).optional(),
        Description: z.string().max(8192).optional(),
        KeyUsage: anyUsage,
        CustomerMasterKeySpec: anySpec,
        KeySpec: anySpec,
        Origin: onlyOne('AWS_KMS', ['EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'], 'key material from elsewhere'),
        BypassPolicyLockoutSafetyCheck: z.boolean().optional(),
        Tags: tagList.optional(),
        MultiRegion: onlyOff('a key of several regions'),
      }),
      authorize: ({ KeySpec, CustomerMasterKeySpec, KeyUsage, Tags, BypassPolicyLockoutSafetyCheck: bypass }) => {
        const tags = Object.fromEntries((Tags ?? []).map(tag => [`aws:RequestTag/${tag.TagKey}`, tag.TagValue]))
        const context = {
          'kms:CallerAccount': account,
          'kms:KeySpec': KeySpec ?? CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT',
          'kms:KeyUsage': KeyUsage ?? 'ENCRYPT_DECRYPT',
          'kms:KeyOrigin': 'AWS_KMS',
          'kms:MultiRegion': 'false',
          'kms:BypassPolicyLockoutSafetyCheck': String(bypass ?? false),
          ...tags,
          ...(Tags && { 'aws:TagKeys': Tags.map(({ TagKey }) => TagKey) }),
        }
        const create = { action: 'kms:CreateKey', resource: '*', context }
        return Tags && Tags.length > 0 ? [create, { ...create, action: 'kms:TagResource' }] : create
      },
      async run(input, call) {
        const { Description = '', Policy, BypassPolicyLockoutSafetyCheck: bypass = false, Tags = [] } = input
        const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT'
        const usage = input.KeyUsage ?? 'ENCRYPT_DECRYPT'
        if (!SPECS[spec].usages.includes(usage)) {
          throw new ValidationException(
            input.KeyUsage === undefined
              ? `You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.`
              : `KeyUsage ${usage} is not compatible with KeySpec ${spec}.`,
          )
        }
        const id = random.uuid()
        if (Policy !== undefined) {
          const document = parseKeyPolicy(Policy)
          if (!bypass) checkLockout(authorizer, call, keys.arnOf(`key/${id}`), document)
        }
        const tags = checkTags({}, Tags)
        const policy = Policy ?? defaultPolicy(account)
        const draft = { id, description: Description, spec, usage, manager: 'CUSTOMER', policy, tags } as const
        return { KeyMetadata: describeKey(keys.create(draft, await makeMaterial(spec)), account) }
      },
    }),
    operation({
      name: 'DescribeKey',
      input: shape({ KeyId: keyReference, GrantTokens: grantTokens() }),
      authorize: ({ KeyId }) => {
        const { key, alias } = keys.resolve(KeyId)
        return access.on(key, 'DescribeKey', { alias })
      },
      run: ({ KeyId }) => ({ KeyMetadata: describeKey(keys.resolve(KeyId).key, account) }),
    }),
    operation({
      name: 'ListKeys',
      input: shape(paging),
      authorize: () => ({ action: 'kms:ListKeys', resource: '*' }),
      run(input) {
        const page = pageOf(keys.all, ({ id }) => id, input)
        return { Keys: page.items.map(({ id, arn }) => ({ KeyId: id, KeyArn: arn })), ...page.rest }
      },
    }),
    operation({
      name: 'UpdateKeyDescription',
      input: shape({ KeyId: keyReference, Description: z.string().max(8192) }),
      authorize: ({ KeyId }) => on(KeyId, 'UpdateKeyDescription'),
      run({ KeyId, Description }) {
        const key = keys.get(KeyId)
        requireKept(key)
        keys.change(key, { description: Description })
        return undefined
      },
    }),
    operation({
      name: 'EnableKey',
      input: shape({ KeyId: keyReference }),
      authorize: ({ KeyId }) => on(KeyId, 'EnableKey'),
      run({ KeyId }) {
        const key = keys.get(KeyId)
        requireKept(key)
        keys.note('enabled', keys.change(key, { state: 'Enabled' }), `the key ${key.id} was enabled`)
        return undefined
      },
    }),
    operation({
      name: 'DisableKey',
      input: shape({ KeyId: keyReference }),
      authorize: ({ KeyId }) => on(KeyId, 'DisableKey'),
      run({ KeyId }) {
        const key = keys.get(KeyId)
        requireKept(key)
        keys.change(key, { state: 'Disabled' })
        keys.note('disabled', key, `the key ${key.id} was disabled: nothing is encrypted or decrypted with it`)
        return undefined
      },
    }),
    operation({
      name: 'ScheduleKeyDeletion',
      input: shape({ KeyId: keyReference, PendingWindowInDays: z.int().min(1).max(365).optional() }),
      authorize: ({ KeyId, PendingWindowInDays = DELETION_DAYS.otherwise }) =>
        access.on(keys.get(KeyId), 'ScheduleKeyDeletion', {
          context: { 'kms:ScheduleKeyDeletionPendingWindowInDays': String(PendingWindowInDays) },
        }),
      run({ KeyId, PendingWindowInDays: windowDays = DELETION_DAYS.otherwise }) {
        const { least, most } = DELETION_DAYS
        if (windowDays < least || windowDays > most) {
          throw new ValidationException(`PendingWindowInDays must be between ${least} and ${most}, inclusive.`)
        }
        const key = keys.get(KeyId)
        requireKept(key)
        const at = keys.clock.now() + days(windowDays)
        keys.change(key, { state: 'PendingDeletion', deletion: { at, windowDays } })
        keys.note(
          'deletionScheduled',
          key,
          `the key ${key.id} is refused from now on and deleted in ${windowDays} days`,
        )
        return {
          KeyId: key.arn,
          DeletionDate: timestamp(at),
          KeyState: 'PendingDeletion',
          PendingWindowInDays: windowDays,
        }
      },
    }),
    operation({
      name: 'CancelKeyDeletion',
      input: shape({ KeyId: keyReference }),
      authorize: ({ KeyId }) => on(KeyId, 'CancelKeyDeletion'),
      run({ KeyId }) {
        const key = keys.get(KeyId)
        if (key.state !== 'PendingDeletion') {
          throw new KMSInvalidStateException(`${key.arn} is not pending deletion.`)
        }
        keys.change(key, { state: 'Disabled', deletion: undefined })
        keys.note('deletionCancelled', key, `the deletion of the key ${key.id} was cancelled; it is disabled`)
        return { KeyId: key.arn }
      },
    }),
    operation({
      name: 'GetKeyPolicy',
      input: shape({ KeyId: keyReference, PolicyName: policyName() }),
      authorize: ({ KeyId }) => on(KeyId, 'GetKeyPolicy'),
      run: ({ KeyId }) => ({ Policy: keys.get(KeyId).policy, PolicyName: 'default' }),
    }),
    operation({
      name: 'PutKeyPolicy',
      input: shape({
        KeyId: keyReference,
        PolicyName: policyName(),
        Policy: z.string().min(1).max(131_072),
        BypassPolicyLockoutSafetyCheck: z.boolean().optional(),
      }),
      authorize: ({ KeyId, BypassPolicyLockoutSafetyCheck: bypass = false }) =>
        access.on(keys.get(KeyId), 'PutKeyPolicy', {
          context: { 'kms:BypassPolicyLockoutSafetyCheck': String(bypass) },
        }),
      run({ KeyId, Policy, BypassPolicyLockoutSafetyCheck: bypass = false }, call) {
        const key = keys.get(KeyId)
        const document = parseKeyPolicy(Policy)
        if (!bypass) checkLockout(authorizer, call, key.arn, document)
        keys.note('policyChanged', keys.change(key, { policy: Policy }), `the key ${key.id} got another policy`)
        return undefined
      },
    }),
    operation({
      name: 'ListKeyPolicies',
      input: shape({ KeyId: keyReference, ...paging }),
      authorize: ({ KeyId }) => on(KeyId, 'ListKeyPolicies'),
      run(input) {
        const page = pageOf(['default'], name => name, input)
        return { PolicyNames: page.items, ...page.rest }
      },
    }),
  ]
}

/** A key has one policy, of that name. */
const policyName = () => decided(z.literal('default').optional())
