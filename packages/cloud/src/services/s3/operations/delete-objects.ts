import { AccessDenied, type AwsError } from '../../../gateway/errors.ts'
import { flatList, itemsOf, memberOf } from '../../../gateway/xml.ts'
import { bucketAccess } from '../access.ts'
import type { BucketCall, ObjectCall, S3Operation } from '../call.ts'
import { CHECKSUM_ALGORITHMS, checksumHeader } from '../checksums.ts'
import { writeCondition } from '../conditions.ts'
import { InvalidRequest, MalformedXml } from '../errors.ts'
import { xmlBody } from '../incoming.ts'
import { MOST_DELETED_AT_ONCE } from '../limits.ts'
import { sendEmpty, sendXml } from '../reply.ts'
import { refuseVersions } from './get-object.ts'

/** @see S3 API Reference "DeleteObject" */
export const deleteObject: S3Operation<ObjectCall> = {
  authorize: ({ bucket, exchange, key }) => [bucketAccess(bucket.node, exchange.principal, 'DeleteObject', key)],
  run(call) {
    refuseVersions(call)
    const conditional = call.header('if-match') !== undefined
    call.bucket.store.remove(call.key, conditional ? writeCondition(call.header, call.key) : undefined)
    sendEmpty(call, 204)
  },
}

/** @see S3 API Reference "DeleteObjects" */
export const deleteObjects: S3Operation<BucketCall> = {
  // Each key is allowed or refused by itself.
  authorize: () => [],
  async run(call) {
    const verified = call.header('content-md5') !== undefined || hasChecksum(call)
    if (!verified) throw new InvalidRequest('Missing required header for this request: Content-MD5 OR x-amz-checksum-*')
    const request = memberOf(await xmlBody(call), 'Delete')
    const keys = itemsOf(memberOf(request, 'Object')).map(object => memberOf(object, 'Key'))
    if (keys.length === 0 || keys.length > MOST_DELETED_AT_ONCE) throw new MalformedXml()
    const quiet = memberOf(request, 'Quiet') === 'true'
    const deleted: { Key: string }[] = []
    const errors: { Key: string; Code: string; Message: string }[] = []
    for (const key of keys) {
      if (typeof key !== 'string' || key === '') throw new MalformedXml()
      const refusal = remove(call, key)
      if (refusal) errors.push({ Key: key, Code: refusal.code, Message: refusal.message })
      else deleted.push({ Key: key })
    }
    sendXml(call, 'DeleteResult', { Deleted: flatList(quiet ? [] : deleted), Error: flatList(errors) })
  },
}

function remove({ bucket, exchange }: BucketCall, key: string): AwsError | undefined {
  try {
    exchange.authorizer.require(exchange, bucketAccess(bucket.node, exchange.principal, 'DeleteObject', key))
  } catch (error) {
    if (error instanceof AccessDenied) return error
    throw error
  }
  bucket.store.remove(key)
  return undefined
}

const hasChecksum = ({ header }: BucketCall): boolean =>
  header('x-amz-trailer') !== undefined ||
  CHECKSUM_ALGORITHMS.some(algorithm => header(checksumHeader(algorithm)) !== undefined)
