import { z } from 'zod'
import { type Operation, operation, shape } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import { requestTags } from '../access.ts'
import { InvalidParameter, InvalidRequest, LimitExceeded } from '../errors.ts'
import { filtered } from '../filters.ts'
import { LARGEST_PAGE, MOST_TAGS, RECOVERY_DAYS } from '../limits.ts'
import type { NewValue, StoredSecret } from '../secret.ts'
import {
  accessTo,
  describe,
  pageOf,
  requestToken,
  type SecretsContext,
  secretId,
  stagesOf,
  tagList,
  tagsOf,
  value,
} from './shapes.ts'
import { filters } from './values.ts'

const keyId = z.string().max(2048).optional()

/** Secrets from their creation to their deletion. */
export function secretOperations(context: SecretsContext): readonly Operation[] {
  const { state } = context
  const on = accessTo(context)
  return [
    operation({
      name: 'CreateSecret',
      input: shape({
        Name: z.string().min(1).max(512),
        ClientRequestToken: requestToken,
        Description: z.string().max(2048).optional(),
        KmsKeyId: keyId,
        ...value,
        Tags: tagList.optional(),
      }),
      authorize({ Name, Description, KmsKeyId, Tags = [] }) {
        // The six characters that are added aren't known yet: policies mean them by a wildcard.
        const access = on('CreateSecret', state.find(Name) ? Name : `${Name}-000000`, {
          'secretsmanager:Name': Name,
          'secretsmanager:Description': Description,
          'secretsmanager:KmsKeyId': KmsKeyId,
          ...requestTags(tagsOf(Tags)),
        })
        return Tags.length > 0 ? [access, { ...access, action: 'secretsmanager:TagResource' }] : access
      },
      run({ Name, Description = '', KmsKeyId, Tags = [], ...rest }, call) {
        if (!/^[A-Za-z0-9/_+=.@!-]+$/.test(Name)) {
          throw new InvalidParameter(
            'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
          )
        }
        const newValue = newValueOf(rest)
        const tags = tagsOf(Tags)
        const secret = state.create(
          { name: Name, description: Description, keyId: KmsKeyId || undefined, tags, value: newValue },
          call,
        )
        const made = secret.versions.find(({ id }) => id === rest.ClientRequestToken) ?? secret.versions[0]
        return { ARN: secret.arn, Name, VersionId: newValue && made?.id }
      },
    }),
    operation({
      name: 'UpdateSecret',
      input: shape({
        SecretId: secretId,
        ClientRequestToken: requestToken,
        Description: z.string().max(2048).optional(),
        KmsKeyId: keyId,
        ...value,
      }),
      authorize: ({ SecretId, Description, KmsKeyId }) =>
        on('UpdateSecret', SecretId, {
          'secretsmanager:Description': Description,
          'secretsmanager:KmsKeyId': KmsKeyId,
        }),
      run({ SecretId, Description, KmsKeyId, ...rest }, call) {
        const secret = state.live(SecretId)
        const keyed = KmsKeyId === undefined ? secret : state.withKey(secret, KmsKeyId || undefined, call)
        state.change(keyed, Description === undefined ? {} : { description: Description })
        const newValue = newValueOf(rest)
        const { arn, name } = secret
        if (!newValue) return { ARN: arn, Name: name }
        return { ARN: arn, Name: name, VersionId: state.put(name, newValue, call).version.id }
      },
    }),
    operation({
      name: 'DescribeSecret',
      input: shape({ SecretId: secretId }),
      authorize: input => on('DescribeSecret', input.SecretId),
      run({ SecretId }) {
        const secret = state.get(SecretId)
        return { ...describe(secret), VersionIdsToStages: stagesOf(secret) }
      },
    }),
    operation({
      name: 'ListSecrets',
      input: shape({
        MaxResults: z.int().min(1).max(LARGEST_PAGE).optional(),
        NextToken: z.string().min(1).max(4096).optional(),
        IncludePlannedDeletion: z.boolean().optional(),
        Filters: filters,
        SortOrder: z.enum(['asc', 'desc']).optional(),
        SortBy: z.enum(['created-date', 'last-accessed-date', 'last-changed-date', 'name']).optional(),
      }),
      authorize: () => ({ action: 'secretsmanager:ListSecrets', resource: '*' }),
      run(input) {
        const { MaxResults = LARGEST_PAGE, NextToken, IncludePlannedDeletion = false, Filters = [] } = input
        const kept = state.all.filter(({ deletion }) => IncludePlannedDeletion || !deletion)
        const sorted = filtered(kept, Filters).toSorted(ORDERS[input.SortBy ?? 'created-date'])
        const listed = input.SortOrder === 'asc' ? sorted : sorted.toReversed()
        const page = pageOf(listed, ({ arn }) => arn, MaxResults, NextToken)
        return {
          SecretList: page.items.map(secret => ({ ...describe(secret), SecretVersionsToStages: stagesOf(secret) })),
          NextToken: page.next,
        }
      },
    }),
    operation({
      name: 'DeleteSecret',
      input: shape({
        SecretId: secretId,
        RecoveryWindowInDays: z.int().optional(),
        ForceDeleteWithoutRecovery: z.boolean().optional(),
      }),
      authorize: ({ SecretId, RecoveryWindowInDays, ForceDeleteWithoutRecovery }) =>
        on('DeleteSecret', SecretId, {
          'secretsmanager:RecoveryWindowInDays': RecoveryWindowInDays?.toString(),
          'secretsmanager:ForceDeleteWithoutRecovery': ForceDeleteWithoutRecovery?.toString(),
        }),
      run({ SecretId, RecoveryWindowInDays, ForceDeleteWithoutRecovery = false }) {
        if (!ForceDeleteWithoutRecovery) {
          const { arn, name, deletion } = state.markDeleted(
            state.get(SecretId),
            RecoveryWindowInDays ?? RECOVERY_DAYS.otherwise,
          )
          return { ARN: arn, Name: name, DeletionDate: timestamp(deletion?.at ?? state.now) }
        }
        if (RecoveryWindowInDays !== undefined) {
          throw new InvalidParameter(
            "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
          )
        }
        const secret = state.find(SecretId)
        const DeletionDate = timestamp(state.now)
        // What isn't there counts as deleted. API Reference "DeleteSecret", ForceDeleteWithoutRecovery.
        if (!secret) return { ARN: on('DeleteSecret', SecretId).resource, Name: SecretId, DeletionDate }
        state.delete(secret)
        return { ARN: secret.arn, Name: secret.name, DeletionDate }
      },
    }),
    operation({
      name: 'RestoreSecret',
      input: shape({ SecretId: secretId }),
      authorize: ({ SecretId }) => on('RestoreSecret', SecretId),
      run({ SecretId }) {
        const secret = state.get(SecretId)
        if (secret.deletion) {
          state.note(
            'restored',
            state.change(secret, { deletion: undefined }),
            `the secret ${secret.name} was restored`,
          )
        }
        return { ARN: secret.arn, Name: secret.name }
      },
    }),
    operation({
      name: 'TagResource',
      input: shape({ SecretId: secretId, Tags: tagList }),
      authorize: ({ SecretId, Tags }) => on('TagResource', SecretId, requestTags(tagsOf(Tags))),
      run({ SecretId, Tags }) {
        const secret = state.live(SecretId)
        const tags = { ...secret.tags, ...tagsOf(Tags) }
        if (Object.keys(tags).length > MOST_TAGS) throw new LimitExceeded(`A secret has at most ${MOST_TAGS} tags.`)
        state.change(secret, { tags })
        return undefined
      },
    }),
    operation({
      name: 'UntagResource',
      input: shape({ SecretId: secretId, TagKeys: z.array(z.string().min(1).max(128)) }),
      authorize: ({ SecretId, TagKeys }) => on('UntagResource', SecretId, { 'aws:TagKeys': TagKeys }),
      run({ SecretId, TagKeys }) {
        const secret = state.live(SecretId)
        if (TagKeys.some(name => name.startsWith('aws:'))) {
          throw new InvalidRequest('Tags that begin with aws: are those of AWS and stay.')
        }
        const kept = Object.entries(secret.tags ?? {}).filter(([name]) => !TagKeys.includes(name))
        state.change(secret, { tags: Object.fromEntries(kept) })
        return undefined
      },
    }),
  ]
}

interface ValueInput {
  readonly SecretString?: string | undefined
  readonly SecretBinary?: string | undefined
  readonly ClientRequestToken?: string | undefined
}

/** Nothing when there is no value in it. */
function newValueOf({ SecretString, SecretBinary, ClientRequestToken }: ValueInput): NewValue | undefined {
  if (SecretString === undefined && SecretBinary === undefined) return undefined
  return { string: SecretString, binary: SecretBinary, token: ClientRequestToken }
}

const ORDERS: Readonly<Record<string, (a: StoredSecret, b: StoredSecret) => number>> = {
  'created-date': (a, b) => a.created - b.created,
  'last-changed-date': (a, b) => a.changed - b.changed,
  'last-accessed-date': (a, b) => (a.accessed ?? 0) - (b.accessed ?? 0),
  name: (a, b) => (a.name < b.name ? -1 : 1),
}
