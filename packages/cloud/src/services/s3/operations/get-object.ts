import { httpTime } from '../../../gateway/time.ts'
import { toObject } from '../access.ts'
import type { ByteRange } from '../blobs.ts'
import type { ObjectCall, S3Operation } from '../call.ts'
import { checksumHeader } from '../checksums.ts'
import { checkRead, rangeOf } from '../conditions.ts'
import { encryptionHeaders } from '../encryption.ts'
import { InvalidArgument, InvalidObjectState, InvalidPartNumber, InvalidRequest } from '../errors.ts'
import { expirationHeader } from '../lifecycle/rule.ts'
import { LAST_PART_NUMBER } from '../limits.ts'
import { KEPT_HEADERS, metadataHeaders } from '../metadata.ts'
import type { ObjectRecord } from '../object-record.ts'
import { sendEmpty, sendHead } from '../reply.ts'
import { isArchived } from '../storage-class.ts'
import { existing, versioned, versionHeader } from './existing.ts'

const authorize: S3Operation<ObjectCall>['authorize'] = call => [
  toObject(call, versioned(call, 'GetObject', 'GetObjectVersion')),
]

/** @see S3 API Reference "GetObject" */
export const getObject: S3Operation<ObjectCall> = {
  authorize,
  async run(call) {
    const prepared = prepare(call)
    if (!prepared) return
    const { record, status, headers, range } = prepared
    if (isArchived(record.storageClass)) throw new InvalidObjectState(record.storageClass)
    const { response } = call.exchange
    sendHead(call, status, headers)
    try {
      await call.bucket.store.blobs.send(record.blobs, range, response)
      response.end()
    } catch {
      // A reader who goes away ends his download, and nobody else's business.
      response.destroy()
    }
  },
}

/** @see S3 API Reference "HeadObject" */
export const headObject: S3Operation<ObjectCall> = {
  authorize,
  run(call) {
    const prepared = prepare(call)
    if (!prepared) return
    sendHead(call, prepared.status, prepared.headers)
    call.exchange.response.end()
  },
}

interface Prepared {
  readonly record: ObjectRecord
  readonly status: 200 | 206
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly range: ByteRange | undefined
}

/** Everything of the answer but the body; nothing when it is sent already, because the reader has the object. */
function prepare(call: ObjectCall): Prepared | undefined {
  const record = existing(call)
  const overrides = overridesOf(call)
  if (checkRead(call.header, record) === 'notModified') {
    sendEmpty(call, 304, {
      etag: `"${record.etag}"`,
      'last-modified': httpTime(record.modified),
      'cache-control': record.headers['cache-control'],
      expires: record.headers.expires,
      ...versionHeader(call, record),
    })
    return undefined
  }
  const part = partOf(call, record)
  const range = part ?? rangeOf(call.header('range'), record.size)
  call.outcome.objectSize = record.size
  const tags = Object.keys(record.tags).length
  const wantsChecksum = call.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' && !range
  const headers = {
    ...record.headers,
    ...overrides,
    ...metadataHeaders(record.metadata),
    'accept-ranges': 'bytes',
    etag: `"${record.etag}"`,
    'last-modified': httpTime(record.modified),
    ...encryptionHeaders(record.encryption, call),
    ...versionHeader(call, record),
    'x-amz-storage-class': record.storageClass === 'STANDARD' ? undefined : record.storageClass,
    'x-amz-tagging-count': tags > 0 ? String(tags) : undefined,
    'x-amz-expiration': expirationHeader(call.bucket.settings.lifecycle, record),
    'content-length': String(range ? range.end - range.start + 1 : record.size),
    'content-range': range && `bytes ${range.start}-${range.end}/${record.size}`,
    'x-amz-mp-parts-count': part && record.blobs.length > 1 ? String(record.blobs.length) : undefined,
    ...(wantsChecksum && record.checksum
      ? {
          [checksumHeader(record.checksum.algorithm)]: record.checksum.value,
          'x-amz-checksum-type': record.checksum.type,
        }
      : {}),
  }
  return { record, status: range ? 206 : 200, headers, range }
}

/** Header fields that the query sets for this answer, such as `response-content-type`. @throws InvalidRequest */
function overridesOf({ query, exchange }: ObjectCall): Readonly<Record<string, string>> {
  const overrides: Record<string, string> = {}
  for (const name of KEPT_HEADERS) {
    const value = query.get(`response-${name}`)
    if (value !== null) overrides[name] = value
  }
  if (exchange.principal.kind === 'anonymous' && Object.keys(overrides).length > 0) {
    throw new InvalidRequest('Request specific response headers cannot be used for anonymous GET requests.')
  }
  return overrides
}

function partOf({ query, header }: ObjectCall, record: ObjectRecord): ByteRange | undefined {
  const text = query.get('partNumber')
  if (text === null) return undefined
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > LAST_PART_NUMBER) {
    throw new InvalidArgument(
      `Part number must be an integer between 1 and ${LAST_PART_NUMBER}, inclusive`,
      'partNumber',
      text,
    )
  }
  if (header('range') !== undefined)
    throw new InvalidRequest('Cannot specify both Range header and partNumber query parameter')
  const blob = record.blobs[number - 1]
  if (!blob) throw new InvalidPartNumber(text)
  if (blob.size === 0) return undefined
  const start = record.blobs.slice(0, number - 1).reduce((sum, each) => sum + each.size, 0)
  return { start, end: start + blob.size - 1 }
}
