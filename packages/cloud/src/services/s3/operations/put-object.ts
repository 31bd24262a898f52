import { bucketAccess } from '../access.ts'
import type { ObjectCall, S3Operation } from '../call.ts'
import { checksumAlgorithm, checksumHeader } from '../checksums.ts'
import { writeCondition } from '../conditions.ts'
import { incomingBody } from '../incoming.ts'
import { describedBy } from '../metadata.ts'
import { receive } from '../receive.ts'
import { sendEmpty } from '../reply.ts'

/** @see S3 API Reference "PutObject" */
export const putObject: S3Operation<ObjectCall> = {
  authorize: ({ bucket, exchange, key, header }) => {
    const access = (action: string) => bucketAccess(bucket.node, exchange.principal, action, key, conditionKeys(header))
    return header('if-match') === undefined ? [access('PutObject')] : [access('PutObject'), access('GetObject')]
  },
  async run(call) {
    const { store } = call.bucket
    const described = describedBy(call)
    const condition = writeCondition(call.header, call.key)
    // Before the body too, so that an upload that is bound to fail isn't sent.
    condition(store.get(call.key))
    const announced = checksumAlgorithm(call.header('x-amz-sdk-checksum-algorithm') ?? '')
    const { blob, md5, checksum } = await receive(store.blobs, incomingBody(call, announced))
    const kept = checksum && ({ ...checksum, type: 'FULL_OBJECT' } as const)
    const record = {
      key: call.key,
      blobs: [blob],
      size: blob.size,
      etag: md5,
      modified: call.clock.now(),
      ...described,
      checksum: kept,
    }
    try {
      store.commit(record, condition)
    } catch (error) {
      store.blobs.remove([blob])
      throw error
    }
    sendEmpty(call, 200, {
      etag: `"${md5}"`,
      'x-amz-server-side-encryption': 'AES256',
      ...(kept ? { [checksumHeader(kept.algorithm)]: kept.value, 'x-amz-checksum-type': kept.type } : {}),
    })
  },
}

/** Condition keys of writes. Service Authorization Reference "Amazon S3". */
export const conditionKeys = (header: ObjectCall['header']) => ({
  's3:x-amz-acl': header('x-amz-acl'),
  's3:x-amz-server-side-encryption': header('x-amz-server-side-encryption'),
  's3:if-match': header('if-match'),
  's3:if-none-match': header('if-none-match'),
})
