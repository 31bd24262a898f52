import { z } from 'zod'
import { accepted, type Operation, operation, shape } from '../../../gateway/api.ts'
import { AwsError } from '../../../gateway/errors.ts'
import { timestamp } from '../../../gateway/time.ts'
import { InvalidParameter, InvalidRequest } from '../errors.ts'
import { FILTER_KEYS, filtered } from '../filters.ts'
import { LARGEST_BATCH, LARGEST_PAGE, LONGEST_PASSWORD, USUAL_PASSWORD } from '../limits.ts'
import { generatePassword, ImpossibleRules } from '../password.ts'
import { moveStage, versionOf } from '../versions.ts'
import {
  accessTo,
  describeValue,
  pageOf,
  requestToken,
  type SecretsContext,
  secretId,
  stageName,
  value,
} from './shapes.ts'

/** Filters of lists. */
export const filters = z
  .array(shape({ Key: z.enum(FILTER_KEYS).optional(), Values: z.array(z.string().max(512)).min(1).max(10).optional() }))
  .max(10)
  .optional()

/** Values of secrets: their versions and stages. */
export function valueOperations(context: SecretsContext): readonly Operation[] {
  const { state, authorizer, random } = context
  const on = accessTo(context)
  return [
    operation({
      name: 'GetSecretValue',
      input: shape({
        SecretId: secretId,
        VersionId: z.string().min(32).max(64).optional(),
        VersionStage: stageName.optional(),
      }),
      authorize: input =>
        on('GetSecretValue', input.SecretId, {
          'secretsmanager:VersionId': input.VersionId,
          'secretsmanager:VersionStage': input.VersionStage ?? 'AWSCURRENT',
        }),
      run({ SecretId, VersionId, VersionStage }, call) {
        const secret = state.live(SecretId)
        const version = versionOf(secret, { id: VersionId, stage: VersionStage })
        const content = state.open(secret, version, call)
        state.accessed(secret)
        return describeValue(secret, version, content)
      },
    }),
    operation({
      name: 'BatchGetSecretValue',
      input: shape({
        SecretIdList: z.array(secretId).min(1).max(LARGEST_BATCH).optional(),
        Filters: filters,
        MaxResults: z.int().min(1).max(LARGEST_BATCH).optional(),
        NextToken: z.string().min(1).max(4096).optional(),
      }),
      authorize: ({ Filters }) => [
        { action: 'secretsmanager:BatchGetSecretValue', resource: '*' },
        ...(Filters ? [{ action: 'secretsmanager:ListSecrets', resource: '*' }] : []),
      ],
      run({ SecretIdList, Filters, MaxResults = LARGEST_BATCH, NextToken }, call) {
        if ((SecretIdList === undefined) === (Filters === undefined)) {
          throw new InvalidParameter("Either 'SecretIdList' or 'Filters' must be provided, but not both.")
        }
        const kept = state.all.filter(({ deletion }) => !deletion)
        const listed = SecretIdList ?? filtered(kept, Filters ?? []).map(({ arn }) => arn)
        const page = Filters ? pageOf(listed, arn => arn, MaxResults, NextToken) : { items: listed, next: undefined }
        const values: unknown[] = []
        const errors: unknown[] = []
        for (const id of page.items) {
          try {
            authorizer.require(call, on('GetSecretValue', id))
            const secret = state.live(id)
            const version = versionOf(secret)
            values.push(describeValue(secret, version, state.open(secret, version, call)))
            state.accessed(secret)
          } catch (error) {
            if (!(error instanceof AwsError)) throw error
            errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message })
          }
        }
        return { SecretValues: values, Errors: errors, NextToken: page.next }
      },
    }),
    operation({
      name: 'PutSecretValue',
      input: shape({
        SecretId: secretId,
        ClientRequestToken: requestToken,
        ...value,
        VersionStages: z.array(stageName).max(20).optional(),
        RotationToken: accepted(z.string().min(36).max(256).optional(), 'a function calls with its own role here'),
      }),
      authorize: input => on('PutSecretValue', input.SecretId),
      run(input, call) {
        const { secret, version } = state.put(
          input.SecretId,
          {
            string: input.SecretString,
            binary: input.SecretBinary,
            token: input.ClientRequestToken,
            stages: input.VersionStages,
          },
          call,
        )
        return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages }
      },
    }),
    operation({
      name: 'UpdateSecretVersionStage',
      input: shape({
        SecretId: secretId,
        VersionStage: stageName,
        RemoveFromVersionId: z.string().min(32).max(64).optional(),
        MoveToVersionId: z.string().min(32).max(64).optional(),
      }),
      authorize: ({ SecretId, VersionStage }) =>
        on('UpdateSecretVersionStage', SecretId, { 'secretsmanager:VersionStage': VersionStage }),
      run({ SecretId, VersionStage, RemoveFromVersionId, MoveToVersionId }) {
        const secret = state.live(SecretId)
        const versions = moveStage(secret, { stage: VersionStage, from: RemoveFromVersionId, to: MoveToVersionId })
        state.change(secret, { versions })
        return { ARN: secret.arn, Name: secret.name }
      },
    }),
    operation({
      name: 'ListSecretVersionIds',
      input: shape({
        SecretId: secretId,
        IncludeDeprecated: z.boolean().optional(),
        MaxResults: z.int().min(1).max(LARGEST_PAGE).optional(),
        NextToken: z.string().min(1).max(4096).optional(),
      }),
      authorize: input => on('ListSecretVersionIds', input.SecretId),
      run({ SecretId, IncludeDeprecated = false, MaxResults = LARGEST_PAGE, NextToken }) {
        const { arn, name, versions } = state.get(SecretId)
        const wanted = versions.filter(version => IncludeDeprecated || version.stages.length > 0)
        const page = pageOf(wanted, ({ id }) => id, MaxResults, NextToken)
        const listed = page.items.map(({ id, stages, created }) => ({
          VersionId: id,
          VersionStages: stages.length > 0 ? stages : undefined,
          CreatedDate: timestamp(created),
        }))
        return { ARN: arn, Name: name, Versions: listed, NextToken: page.next }
      },
    }),
    operation({
      name: 'GetRandomPassword',
      input: shape({
        PasswordLength: z.int().min(1).max(LONGEST_PASSWORD).optional(),
        ExcludeCharacters: z.string().max(4096).optional(),
        ExcludeNumbers: z.boolean().optional(),
        ExcludePunctuation: z.boolean().optional(),
        ExcludeUppercase: z.boolean().optional(),
        ExcludeLowercase: z.boolean().optional(),
        IncludeSpace: z.boolean().optional(),
        RequireEachIncludedType: z.boolean().optional(),
      }),
      authorize: () => ({ action: 'secretsmanager:GetRandomPassword', resource: '*' }),
      run(input) {
        const rules = {
          length: input.PasswordLength ?? USUAL_PASSWORD,
          excludeCharacters: input.ExcludeCharacters ?? '',
          excludeLowercase: input.ExcludeLowercase ?? false,
          excludeUppercase: input.ExcludeUppercase ?? false,
          excludeNumbers: input.ExcludeNumbers ?? false,
          excludePunctuation: input.ExcludePunctuation ?? false,
          includeSpace: input.IncludeSpace ?? false,
          requireEachIncludedType: input.RequireEachIncludedType ?? true,
        }
        try {
          return { RandomPassword: generatePassword(rules, random) }
        } catch (error) {
          if (!(error instanceof ImpossibleRules)) throw error
          throw new InvalidRequest(`No password can be generated by these rules: ${error.message}.`)
        }
      },
    }),
  ]
}
