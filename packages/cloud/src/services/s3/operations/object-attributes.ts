import { httpTime } from '../../../gateway/time.ts'
import { flatList } from '../../../gateway/xml.ts'
import { toObject } from '../access.ts'
import type { ObjectCall, S3Operation } from '../call.ts'
import { checksumElement } from '../checksums.ts'
import { InvalidArgument, InvalidRequest } from '../errors.ts'
import { LARGEST_PAGE } from '../limits.ts'
import type { ObjectRecord } from '../object-record.ts'
import { sendXml } from '../reply.ts'
import { existing, versioned, versionHeader } from './existing.ts'

/** What can be asked for, and how it is told. */
const ATTRIBUTES: Readonly<Record<string, (record: ObjectRecord, call: ObjectCall) => unknown>> = {
  ETag: ({ etag }) => etag,
  Checksum: ({ checksum }) =>
    checksum && { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type },
  ObjectParts: partsOf,
  StorageClass: ({ storageClass }) => storageClass,
  ObjectSize: ({ size }) => size,
}

/** @see S3 API Reference "GetObjectAttributes". differs: the parts have no checksums of their own */
export const getObjectAttributes: S3Operation<ObjectCall> = {
  authorize: call => [
    toObject(call, versioned(call, 'GetObject', 'GetObjectVersion')),
    toObject(call, versioned(call, 'GetObjectAttributes', 'GetObjectVersionAttributes')),
  ],
  run(call) {
    const asked = (call.header('x-amz-object-attributes') ?? '').split(',').map(name => name.trim())
    if (asked[0] === '') throw new InvalidRequest('The x-amz-object-attributes header is required')
    const unknown = asked.find(name => !Object.hasOwn(ATTRIBUTES, name))
    if (unknown !== undefined) {
      throw new InvalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', unknown)
    }
    const record = existing(call)
    const content = Object.entries(ATTRIBUTES)
      .filter(([name]) => asked.includes(name))
      .map(([name, tell]) => [name, tell(record, call)] as const)
    sendXml(call, 'GetObjectAttributesResponse', Object.fromEntries(content), {
      'last-modified': httpTime(record.modified),
      ...versionHeader(call, record),
    })
  },
}

/** The parts of a multipart upload; nothing for what came in one piece. */
function partsOf({ blobs, etag }: ObjectRecord, { header }: ObjectCall) {
  if (!etag.includes('-')) return undefined
  const most = Math.min(Number(header('x-amz-max-parts') ?? LARGEST_PAGE) || LARGEST_PAGE, LARGEST_PAGE)
  const marker = Number(header('x-amz-part-number-marker') ?? 0) || 0
  const parts = blobs.map((blob, index) => ({ PartNumber: index + 1, Size: blob.size })).slice(marker)
  const page = parts.slice(0, most)
  return {
    PartsCount: blobs.length,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.PartNumber ?? 0,
    MaxParts: most,
    IsTruncated: parts.length > page.length,
    Part: flatList(page),
  }
}
