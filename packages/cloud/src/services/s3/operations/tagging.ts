import { bucketAccess } from '../access.ts'
import type { ObjectCall, S3Operation } from '../call.ts'
import { sendXml } from '../reply.ts'
import { existing } from './get-object.ts'

/** No object has tags here, because every call that would set some is refused; the CLI asks before it copies. */
export const getObjectTagging: S3Operation<ObjectCall> = {
  authorize: ({ bucket, exchange, key }) => [bucketAccess(bucket.node, exchange.principal, 'GetObjectTagging', key)],
  run(call) {
    existing(call)
    sendXml(call, 'Tagging', { TagSet: '' })
  },
}
