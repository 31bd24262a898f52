import type { Architecture } from '@terrace/model'
import { z } from 'zod'
import { type Operation, operation, shape } from '../../gateway/api.ts'
import { AwsError } from '../../gateway/errors.ts'
import { timestamp } from '../../gateway/time.ts'
import type { Authorizer } from '../../identity/authorizer.ts'
import { secretAccess } from './access.ts'
import { InvalidNextToken } from './errors.ts'
import { LARGEST_BATCH, LARGEST_PAGE } from './limits.ts'
import type { SecretsState, SecretVersion, StoredSecret } from './state.ts'

const secretId = z.string().min(1).max(2048)

/** The table of Secrets Manager. @see Secrets Manager API Reference, version 2017-10-17 */
export function operations(
  state: SecretsState,
  architecture: Architecture,
  authorizer: Authorizer,
): readonly Operation[] {
  const on = (action: string, id: string, context = {}) => secretAccess(state, architecture, action, id, context)
  return [
    operation({
      name: 'GetSecretValue',
      input: shape({ SecretId: secretId, VersionId: z.string().optional(), VersionStage: z.string().optional() }),
      authorize: input =>
        on('GetSecretValue', input.SecretId, {
          'secretsmanager:VersionId': input.VersionId,
          'secretsmanager:VersionStage': input.VersionStage ?? 'AWSCURRENT',
        }),
      run({ SecretId, VersionId, VersionStage }) {
        const secret = state.get(SecretId)
        return describeValue(secret, state.version(secret, { id: VersionId, stage: VersionStage }))
      },
    }),
    operation({
      name: 'BatchGetSecretValue',
      input: shape({ SecretIdList: z.array(secretId).min(1).max(LARGEST_BATCH) }),
      authorize: () => ({ action: 'secretsmanager:BatchGetSecretValue', resource: '*' }),
      run({ SecretIdList }, call) {
        const values: unknown[] = []
        const errors: unknown[] = []
        for (const id of SecretIdList) {
          try {
            authorizer.require(call, on('GetSecretValue', id))
            const secret = state.get(id)
            values.push(describeValue(secret, state.version(secret)))
          } catch (error) {
            if (!(error instanceof AwsError)) throw error
            errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message })
          }
        }
        return { SecretValues: values, Errors: errors }
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
        NextToken: z.string().optional(),
        IncludePlannedDeletion: z.boolean().optional(),
        SortOrder: z.enum(['asc', 'desc']).optional(),
      }),
      authorize: () => ({ action: 'secretsmanager:ListSecrets', resource: '*' }),
      run({ MaxResults = LARGEST_PAGE, NextToken, SortOrder = 'desc' }) {
        const all = SortOrder === 'asc' ? state.all : state.all.toReversed()
        const start = NextToken === undefined ? 0 : all.findIndex(secret => secret.arn === NextToken) + 1
        if (NextToken !== undefined && start === 0) throw new InvalidNextToken()
        const page = all.slice(start, start + MaxResults)
        return {
          SecretList: page.map(secret => ({ ...describe(secret), SecretVersionsToStages: stagesOf(secret) })),
          NextToken: start + page.length < all.length ? page.at(-1)?.arn : undefined,
        }
      },
    }),
    operation({
      name: 'ListSecretVersionIds',
      input: shape({ SecretId: secretId, IncludeDeprecated: z.boolean().optional() }),
      authorize: input => on('ListSecretVersionIds', input.SecretId),
      run({ SecretId, IncludeDeprecated = false }) {
        const { arn, name, versions } = state.get(SecretId)
        const wanted = versions.filter(version => IncludeDeprecated || version.stages.length > 0)
        const listed = wanted.map(({ id, stages, created }) => ({
          VersionId: id,
          VersionStages: stages.length > 0 ? stages : undefined,
          CreatedDate: timestamp(created),
        }))
        return { ARN: arn, Name: name, Versions: listed }
      },
    }),
    operation({
      name: 'PutSecretValue',
      input: shape({
        SecretId: secretId,
        ClientRequestToken: z.string().optional(),
        SecretString: z.string().optional(),
        SecretBinary: z.base64().optional(),
        VersionStages: z.array(z.string().min(1).max(256)).max(20).optional(),
      }),
      authorize: input => on('PutSecretValue', input.SecretId),
      run(input) {
        const { secret, version } = state.put(input.SecretId, {
          string: input.SecretString,
          binary: input.SecretBinary,
          token: input.ClientRequestToken,
          stages: input.VersionStages,
        })
        return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages }
      },
    }),
  ]
}

const describeValue = (secret: StoredSecret, version: SecretVersion) => ({
  ARN: secret.arn,
  Name: secret.name,
  VersionId: version.id,
  SecretString: version.string,
  SecretBinary: version.binary,
  VersionStages: version.stages,
  CreatedDate: timestamp(version.created),
})

const describe = (secret: StoredSecret) => ({
  ARN: secret.arn,
  Name: secret.name,
  Description: secret.description || undefined,
  CreatedDate: timestamp(secret.created),
  LastChangedDate: timestamp(secret.changed),
})

const stagesOf = ({ versions }: StoredSecret) =>
  Object.fromEntries(versions.filter(version => version.stages.length > 0).map(version => [version.id, version.stages]))
