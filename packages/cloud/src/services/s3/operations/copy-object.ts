import { NotEmulated } from '../../../gateway/errors.ts'
import { isoTime } from '../../../gateway/time.ts'
import { bucketAccess } from '../access.ts'
import type { Blob } from '../blobs.ts'
import type { ObjectRecord } from '../bucket.ts'
import type { ObjectCall, S3Operation } from '../call.ts'
import { checksumAlgorithm, checksumElement } from '../checksums.ts'
import { checkRead, writeCondition } from '../conditions.ts'
import { InvalidArgument, InvalidRequest, PreconditionFailed } from '../errors.ts'
import { LARGEST_PUT_BYTES } from '../limits.ts'
import { describedBy } from '../metadata.ts'
import { receive } from '../receive.ts'
import { sendXml } from '../reply.ts'
import { existing } from './get-object.ts'
import { conditionKeys } from './put-object.ts'

const SOURCE = 'x-amz-copy-source'

/** The call's source as if it were asked for itself. @throws InvalidArgument, NotEmulated, NoSuchBucket */
export function sourceOf(call: ObjectCall): ObjectCall {
  const field = call.header(SOURCE) ?? ''
  const [path = '', query] = field.split('?', 2)
  const [, bucket = '', key = ''] = /^\/?([^/]*)\/(.*)$/s.exec(decodeURIComponent(path)) ?? []
  if (bucket === '' || key === '') {
    throw new InvalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      SOURCE,
      field,
    )
  }
  if (query?.startsWith('versionId=')) throw new NotEmulated(`a versionId in ${SOURCE} of ${call.operation}`)
  return { ...call, bucket: call.state.bucket(bucket), key, query: new URLSearchParams() }
}

/** What copying needs: reading there and writing here. */
export const authorizeCopy: S3Operation<ObjectCall>['authorize'] = call => {
  const { principal } = call.exchange
  const source = sourceOf(call)
  return [
    bucketAccess(source.bucket.node, principal, 'GetObject', source.key),
    bucketAccess(call.bucket.node, principal, 'PutObject', call.key, conditionKeys(call.header)),
  ]
}

/** The object to copy, if the conditions on it hold. @throws NoSuchKey, PreconditionFailed */
export function sourceRecord(source: ObjectCall): ObjectRecord {
  const record = existing(source)
  if (checkRead(source.header, record, `${SOURCE}-`) === 'notModified')
    throw new PreconditionFailed(`${SOURCE}-If-None-Match`)
  return record
}

/** @see S3 API Reference "CopyObject" */
export const copyObject: S3Operation<ObjectCall> = {
  authorize: authorizeCopy,
  async run(call) {
    const source = sourceOf(call)
    const record = sourceRecord(source)
    const replace = directive(call) === 'REPLACE'
    const described = describedBy(call)
    if (source.bucket === call.bucket && source.key === call.key && !replace) {
      throw new InvalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      )
    }
    const copied = await copyBytes(call, source, record)
    const { headers, metadata } = replace ? described : record
    const copy = { ...copied, key: call.key, size: record.size, modified: call.clock.now(), headers, metadata }
    try {
      call.bucket.store.commit(copy, writeCondition(call.header, call.key))
    } catch (error) {
      call.bucket.store.blobs.remove(copied.blobs)
      throw error
    }
    sendXml(
      call,
      'CopyObjectResult',
      {
        LastModified: isoTime(copy.modified),
        ETag: `"${copy.etag}"`,
        ...(copy.checksum ? { [checksumElement(copy.checksum.algorithm)]: copy.checksum.value } : {}),
      },
      { 'x-amz-server-side-encryption': 'AES256' },
    )
  },
}

function directive(call: ObjectCall): 'COPY' | 'REPLACE' {
  const value = call.header('x-amz-metadata-directive') ?? 'COPY'
  if (value === 'COPY' || value === 'REPLACE') return value
  throw new InvalidArgument('Unknown metadata directive.', 'x-amz-metadata-directive', value)
}

type Copied = Pick<ObjectRecord, 'etag' | 'checksum'> & { readonly blobs: readonly Blob[] }

/** One file is copied as it is; the parts of a multipart object become one, and their sums those of the whole. */
async function copyBytes(call: ObjectCall, source: ObjectCall, record: ObjectRecord): Promise<Copied> {
  const wanted = checksumAlgorithm(call.header('x-amz-checksum-algorithm') ?? '') ?? record.checksum?.algorithm
  const [only] = record.blobs
  const sameBucket = source.bucket === call.bucket
  const keepsSums = record.checksum?.type !== 'COMPOSITE' && wanted === record.checksum?.algorithm
  if (only && record.blobs.length === 1 && sameBucket && keepsSums && !record.etag.includes('-')) {
    return { blobs: [await call.bucket.store.blobs.copy(only)], etag: record.etag, checksum: record.checksum }
  }
  const { blob, md5, checksum } = await receive(call.bucket.store.blobs, {
    source: source.bucket.store.blobs.read(record.blobs),
    largest: LARGEST_PUT_BYTES,
    length: record.size,
    checksum: wanted && { algorithm: wanted, expected: () => undefined, trailing: false },
  })
  return { blobs: [blob], etag: md5, checksum: checksum && { ...checksum, type: 'FULL_OBJECT' } }
}
