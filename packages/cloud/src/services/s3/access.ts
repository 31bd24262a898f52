import type { Bucket } from '@terrace/model'
import type { Access } from '../../identity/authorizer.ts'
import type { ContextValues } from '../../identity/context.ts'
import type { Principal } from '../../identity/principal.ts'
import { effectivePolicy } from './public-access.ts'

/** What a caller needs for an action on a bucket, or on an object when there is a key. */
export function bucketAccess(
  bucket: Bucket,
  principal: Principal,
  action: string,
  key?: string,
  context?: ContextValues,
): Access {
  const document = effectivePolicy(bucket, principal)
  return {
    action: `s3:${action}`,
    resource: key === undefined ? bucket.arn : `${bucket.arn}/${key}`,
    resourcePolicy: document && { name: `the policy of bucket ${bucket.name}`, document },
    context,
  }
}
