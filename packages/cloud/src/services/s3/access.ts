import type { Access } from '../../identity/authorizer.ts'
import type { ContextValues } from '../../identity/context.ts'
import type { Principal } from '../../identity/principal.ts'
import type { BucketState } from './bucket-state.ts'
import type { BucketCall, ObjectCall } from './call.ts'
import { isMarker } from './object-record.ts'
import { effectivePolicy } from './public-access.ts'
import { tagKeys } from './tags.ts'

/** What a caller needs for an action on a bucket, or on an object when there is a key. */
export function bucketAccess(
  bucket: Pick<BucketState, 'name' | 'arn' | 'settings'>,
  principal: Principal,
  action: string,
  key?: string,
  context?: ContextValues,
): Access {
  const document = effectivePolicy(bucket.settings, principal)
  return {
    action: `s3:${action}`,
    resource: key === undefined ? bucket.arn : `${bucket.arn}/${key}`,
    resourcePolicy: document && { name: `the policy of bucket ${bucket.name}`, document },
    context,
  }
}

/** What a call needs for an action on its bucket. */
export const toBucket = (call: BucketCall, action: string, context: ContextValues = {}): Access =>
  bucketAccess(call.bucket, call.exchange.principal, action, undefined, { ...signatureKeys(call), ...context })

/** What a call needs for an action on its key. */
export function toObject(call: ObjectCall, action: string, context: ContextValues = {}): Access {
  const { bucket, exchange, key, query } = call
  const versionId = query.get('versionId') ?? undefined
  const version = versionId === undefined ? bucket.store.get(key) : bucket.store.version(key, versionId)
  return bucketAccess(bucket, exchange.principal, action, key, {
    ...signatureKeys(call),
    ...tagKeys('ExistingObjectTag', version && !isMarker(version) ? version.tags : undefined),
    's3:VersionId': versionId,
    ...context,
  })
}

/** An operation on one bucket that needs one permission for it. */
export const needs =
  (action: string) =>
  (call: BucketCall): readonly Access[] => [toBucket(call, action)]

/** An operation on one key that needs one permission for it. */
export const needsOnObject =
  (action: string) =>
  (call: ObjectCall): readonly Access[] => [toObject(call, action)]

/** @see S3 API Reference "Amazon S3 Signature Version 4 Authentication Specific Policy Keys" */
function signatureKeys({ exchange, header, realtime, account }: BucketCall): ContextValues {
  const { claim } = exchange
  const keys = { 's3:ResourceAccount': account, 's3:x-amz-content-sha256': header('x-amz-content-sha256') }
  if (claim.kind === 'unsigned') return keys
  return {
    ...keys,
    's3:authType': claim.by === 'query' ? 'REST-QUERY-STRING' : 'REST-HEADER',
    's3:signatureversion': 'AWS4-HMAC-SHA256',
    's3:signatureAge': String(Math.max(realtime.now() - claim.signedAt, 0)),
  }
}
