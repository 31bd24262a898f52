import { isoTime } from '../../../gateway/time.ts'
import { toObject } from '../access.ts'
import type { Blob } from '../blobs.ts'
import type { ObjectCall, S3Operation } from '../call.ts'
import { checksumAlgorithm, checksumElement } from '../checksums.ts'
import { checkRead, writeCondition } from '../conditions.ts'
import { encryptionHeaders } from '../encryption.ts'
import { InvalidArgument, InvalidObjectState, InvalidRequest, PreconditionFailed } from '../errors.ts'
import { LARGEST_PUT_BYTES } from '../limits.ts'
import { describedBy } from '../metadata.ts'
import { requesterOf } from '../notifications/requester.ts'
import type { Described, ObjectRecord } from '../object-record.ts'
import { receive } from '../receive.ts'
import { sendXml } from '../reply.ts'
import { isArchived } from '../storage-class.ts'
import { existing, versioned, versionHeader } from './existing.ts'
import { permissionsToWrite } from './put-object.ts'

const SOURCE = 'x-amz-copy-source'

/** The call's source as if it were asked for itself. @throws InvalidArgument, NoSuchBucket */
export function sourceOf(call: ObjectCall): ObjectCall {
  const field = call.header(SOURCE) ?? ''
  const [path = '', version] = field.split('?versionId=', 2)
  const [, bucket = '', key = ''] = /^\/?([^/]*)\/(.*)$/s.exec(decodeURIComponent(path)) ?? []
  if (bucket === '' || key === '') {
    throw new InvalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      SOURCE,
      field,
    )
  }
  const query = new URLSearchParams(version === undefined ? {} : { versionId: version })
  return { ...call, bucket: call.state.bucket(bucket), key, query }
}

/** What copying needs: reading there and writing here. */
export const authorizeCopy: S3Operation<ObjectCall>['authorize'] = call => {
  const source = sourceOf(call)
  return [toObject(source, versioned(source, 'GetObject', 'GetObjectVersion')), ...permissionsToWrite(call)]
}

/** The object to copy, if the conditions on it hold. @throws NoSuchKey, PreconditionFailed, InvalidObjectState */
export function sourceRecord(source: ObjectCall): ObjectRecord {
  const record = existing(source)
  if (checkRead(source.header, record, `${SOURCE}-`) === 'notModified')
    throw new PreconditionFailed(`${SOURCE}-If-None-Match`)
  if (isArchived(record.storageClass)) throw new InvalidObjectState(record.storageClass)
  return record
}

/** Which version was copied, where the source keeps any. */
export function copiedVersion(source: ObjectCall, record: ObjectRecord): Readonly<Record<string, string | undefined>> {
  return { 'x-amz-copy-source-version-id': versionHeader(source, record)['x-amz-version-id'] }
}

/** @see S3 API Reference "CopyObject" */
export const copyObject: S3Operation<ObjectCall> = {
  authorize: authorizeCopy,
  async run(call) {
    const source = sourceOf(call)
    const record = sourceRecord(source)
    const described = describedAsCopy(call, record)
    refuseSame(call, source)
    const copied = await copyBytes(call, source, record)
    const copy = { ...copied, key: call.key, size: record.size, modified: call.clock.now(), ...described }
    const version = commit(call, copy)
    call.changes.tell(call.bucket, {
      event: 'ObjectCreated:Copy',
      version,
      reason: 'CopyObject',
      by: requesterOf(call),
    })
    sendXml(
      call,
      'CopyObjectResult',
      {
        LastModified: isoTime(copy.modified),
        ETag: `"${copy.etag}"`,
        ...(copy.checksum ? { [checksumElement(copy.checksum.algorithm)]: copy.checksum.value } : {}),
      },
      {
        ...encryptionHeaders(version.encryption, call),
        ...versionHeader(call, version),
        ...copiedVersion(source, record),
      },
    )
  },
}

function commit({ bucket, header, key }: ObjectCall, copy: Parameters<typeof bucket.store.commit>[0]): ObjectRecord {
  try {
    return bucket.store.commit(copy, writeCondition(header, key))
  } catch (error) {
    bucket.store.blobs.remove(copy.blobs)
    throw error
  }
}

function describedAsCopy(call: ObjectCall, record: ObjectRecord): Described {
  const described = describedBy(call)
  return {
    ...described,
    ...(directive(call, 'x-amz-metadata-directive') === 'COPY'
      ? { headers: record.headers, metadata: record.metadata }
      : {}),
    ...(directive(call, 'x-amz-tagging-directive') === 'COPY' ? { tags: record.tags } : {}),
  }
}

/** A copy onto itself has to change something, unless it brings back an older version. */
function refuseSame(call: ObjectCall, source: ObjectCall): void {
  if (source.bucket !== call.bucket || source.key !== call.key || source.query.has('versionId')) return
  const changes =
    directive(call, 'x-amz-metadata-directive') === 'REPLACE' ||
    ['x-amz-storage-class', 'x-amz-server-side-encryption'].some(name => call.header(name) !== undefined)
  if (changes) return
  throw new InvalidRequest(
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  )
}

function directive(call: ObjectCall, name: 'x-amz-metadata-directive' | 'x-amz-tagging-directive'): 'COPY' | 'REPLACE' {
  const value = call.header(name) ?? 'COPY'
  if (value === 'COPY' || value === 'REPLACE') return value
  throw new InvalidArgument(`Unknown ${name.slice('x-amz-'.length).replace('-', ' ')}.`, name, value)
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
