import type { Access } from '../../../identity/authorizer.ts'
import { toObject } from '../access.ts'
import type { ObjectCall, S3Operation } from '../call.ts'
import { checksumAlgorithm, checksumHeader } from '../checksums.ts'
import { writeCondition } from '../conditions.ts'
import { encryptionHeaders } from '../encryption.ts'
import { incomingBody } from '../incoming.ts'
import { expirationHeader } from '../lifecycle/rule.ts'
import { describedBy } from '../metadata.ts'
import { requesterOf } from '../notifications/requester.ts'
import { receive } from '../receive.ts'
import { sendEmpty } from '../reply.ts'
import { tagKeys } from '../tags.ts'
import { versionHeader } from './existing.ts'

/** @see S3 API Reference "PutObject" */
export const putObject: S3Operation<ObjectCall> = {
  authorize: call => {
    const write = permissionsToWrite(call)
    return call.header('if-match') === undefined ? write : [...write, toObject(call, 'GetObject')]
  },
  async run(call) {
    const { store, settings } = call.bucket
    const described = describedBy(call)
    const condition = writeCondition(call.header, call.key)
    // Before the body too, so that an upload that is bound to fail isn't sent.
    condition(store.get(call.key))
    const announced = checksumAlgorithm(call.header('x-amz-sdk-checksum-algorithm') ?? '')
    const { blob, md5, checksum } = await receive(store.blobs, incomingBody(call, announced))
    const kept = checksum && ({ ...checksum, type: 'FULL_OBJECT' } as const)
    const object = {
      key: call.key,
      blobs: [blob],
      size: blob.size,
      etag: md5,
      modified: call.clock.now(),
      ...described,
    }
    try {
      const version = store.commit({ ...object, checksum: kept }, condition)
      call.changes.tell(call.bucket, {
        event: 'ObjectCreated:Put',
        version,
        reason: 'PutObject',
        by: requesterOf(call),
      })
      call.outcome.objectSize = version.size
      sendEmpty(call, 200, {
        etag: `"${md5}"`,
        ...encryptionHeaders(version.encryption, call),
        ...versionHeader(call, version),
        'x-amz-expiration': expirationHeader(settings.lifecycle, version),
        ...(kept ? { [checksumHeader(kept.algorithm)]: kept.value, 'x-amz-checksum-type': kept.type } : {}),
      })
    } catch (error) {
      if (store.get(call.key)?.blobs[0] !== blob) store.blobs.remove([blob])
      throw error
    }
  },
}

/** What a caller needs to write an object with what the call says about it. */
export function permissionsToWrite(call: ObjectCall): readonly Access[] {
  const { header } = call
  const keys = conditionKeys(header)
  const further = [
    ...(header('x-amz-tagging') === undefined ? [] : ['PutObjectTagging']),
    ...(header('x-amz-acl') === undefined ? [] : ['PutObjectAcl']),
  ]
  return ['PutObject', ...further].map(action => toObject(call, action, keys))
}

/** Condition keys of writes. Service Authorization Reference "Amazon S3". */
const conditionKeys = (header: ObjectCall['header']) => {
  const tags = Object.fromEntries(new URLSearchParams(header('x-amz-tagging') ?? ''))
  const names = [
    'x-amz-acl',
    'x-amz-copy-source',
    'x-amz-metadata-directive',
    'x-amz-server-side-encryption',
    'x-amz-server-side-encryption-aws-kms-key-id',
    'x-amz-storage-class',
    'if-match',
    'if-none-match',
  ]
  return {
    ...Object.fromEntries(names.map(name => [`s3:${name}`, header(name)])),
    ...tagKeys('RequestObjectTag', tags),
    ...(Object.keys(tags).length > 0 ? { 's3:RequestObjectTagKeys': Object.keys(tags) } : {}),
  }
}
