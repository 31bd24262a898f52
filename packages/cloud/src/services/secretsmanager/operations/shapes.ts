import type { Random } from '@terrace/kit'
import type { Architecture } from '@terrace/model'
import { z } from 'zod'
import { timestamp } from '../../../gateway/time.ts'
import type { Access, Authorizer } from '../../../identity/authorizer.ts'
import type { ContextValues } from '../../../identity/context.ts'
import { secretAccess } from '../access.ts'
import { InvalidNextToken, InvalidParameter } from '../errors.ts'
import { MOST_TAGS } from '../limits.ts'
import type { Rotations } from '../rotation/rotations.ts'
import { endOfWindow } from '../rotation/schedule.ts'
import { owningService, type Rotation, type SecretContent, type SecretVersion, type StoredSecret } from '../secret.ts'
import type { SecretsState } from '../state.ts'

/** What the operations work on. */
export interface SecretsContext {
  readonly state: SecretsState
  readonly rotations: Rotations
  readonly architecture: Architecture
  readonly authorizer: Authorizer
  readonly random: Random
}

export const secretId = z.string().min(1).max(2048)
export const requestToken = z.string().min(32).max(64).optional()
export const stageName = z.string().min(1).max(256)
export const tagList = z
  .array(z.strictObject({ Key: z.string().min(1).max(128), Value: z.string().max(256).optional() }))
  .max(MOST_TAGS)
export const value = { SecretString: z.string().optional(), SecretBinary: z.base64().optional() }

/** The permission for an action on a secret. */
export const accessTo =
  ({ state, architecture }: SecretsContext) =>
  (action: string, id: string, context: ContextValues = {}): Access =>
    secretAccess(state, architecture, action, id, context)

/** @throws InvalidParameter */
export function tagsOf(list: readonly { Key: string; Value?: string | undefined }[]): Record<string, string> {
  if (list.some(({ Key }) => Key.startsWith('aws:'))) {
    throw new InvalidParameter('Tag keys must not begin with aws:, which is reserved for AWS.')
  }
  return Object.fromEntries(list.map(({ Key, Value = '' }) => [Key, Value]))
}

/** The part of a list that was asked for, and the token for the rest. @throws InvalidNextToken */
export function pageOf<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  most: number,
  token: string | undefined,
): { readonly items: readonly Item[]; readonly next: string | undefined } {
  const start = token === undefined ? 0 : items.findIndex(item => idOf(item) === token) + 1
  if (token !== undefined && start === 0) throw new InvalidNextToken()
  const page = items.slice(start, start + most)
  const last = page.at(-1)
  return { items: page, next: last !== undefined && start + page.length < items.length ? idOf(last) : undefined }
}

export const describeValue = (secret: StoredSecret, version: SecretVersion, content: SecretContent) => ({
  ARN: secret.arn,
  Name: secret.name,
  VersionId: version.id,
  SecretString: content.string,
  SecretBinary: content.binary,
  VersionStages: version.stages,
  CreatedDate: timestamp(version.created),
})

/** What DescribeSecret and ListSecrets say alike. */
export function describe(secret: StoredSecret) {
  const { rotation, deletion, accessed, tags = {} } = secret
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description || undefined,
    KmsKeyId: secret.keyId,
    ...describeRotation(rotation),
    LastChangedDate: timestamp(secret.changed),
    LastAccessedDate: accessed === undefined ? undefined : timestamp(accessed),
    DeletedDate: deletion && timestamp(deletion.marked),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    OwningService: owningService(secret),
    CreatedDate: timestamp(secret.created),
  }
}

function describeRotation(rotation: Rotation | undefined) {
  if (!rotation) return {}
  const { enabled, functionArn, rules, last, next } = rotation
  return {
    RotationEnabled: enabled,
    RotationLambdaARN: functionArn,
    RotationRules: rules && {
      AutomaticallyAfterDays: rules.days,
      ScheduleExpression: rules.expression,
      Duration: rules.windowHours === undefined ? undefined : `${rules.windowHours}h`,
    },
    LastRotatedDate: last === undefined ? undefined : timestamp(last),
    // The last moment of the window, as AWS gives it.
    NextRotationDate: rules && next !== undefined ? timestamp(endOfWindow(rules, next) - 1000) : undefined,
  }
}

export const stagesOf = ({ versions }: StoredSecret) =>
  Object.fromEntries(versions.filter(version => version.stages.length > 0).map(({ id, stages }) => [id, stages]))
