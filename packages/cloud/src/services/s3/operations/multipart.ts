import { isoTime } from '../../../gateway/time.ts'
import { needsOnObject } from '../access.ts'
import type { ByteRange } from '../blobs.ts'
import type { ObjectCall, S3Operation } from '../call.ts'
import { type Checksum, checksumAlgorithm, checksumElement, checksumHeader } from '../checksums.ts'
import { rangeOf } from '../conditions.ts'
import { encryptionHeaders } from '../encryption.ts'
import { InvalidArgument, InvalidRequest } from '../errors.ts'
import { incomingBody } from '../incoming.ts'
import { LARGEST_PUT_BYTES, LAST_PART_NUMBER } from '../limits.ts'
import { describedBy } from '../metadata.ts'
import type { ObjectRecord } from '../object-record.ts'
import { type IncomingBody, receive } from '../receive.ts'
import { sendEmpty, sendXml } from '../reply.ts'
import type { Part, Upload } from '../uploads.ts'
import { authorizeCopy, copiedVersion, sourceOf, sourceRecord } from './copy-object.ts'
import { permissionsToWrite } from './put-object.ts'

/** @see S3 API Reference "CreateMultipartUpload" */
export const createMultipartUpload: S3Operation<ObjectCall> = {
  authorize: permissionsToWrite,
  run(call) {
    const algorithm = checksumAlgorithm(call.header('x-amz-checksum-algorithm') ?? '')
    const checksum = algorithm && { algorithm, type: checksumType(call, algorithm === 'crc64nvme') }
    const start = { key: call.key, initiated: call.clock.now(), ...describedBy(call), checksum }
    const upload = call.bucket.store.uploads.start(start)
    sendXml(
      call,
      'InitiateMultipartUploadResult',
      { Bucket: call.bucket.name, Key: call.key, UploadId: upload.id },
      {
        ...encryptionHeaders(upload.encryption, call),
        'x-amz-checksum-algorithm': algorithm?.toUpperCase(),
        'x-amz-checksum-type': checksum?.type,
      },
    )
  },
}

function checksumType(call: ObjectCall, wholeOnly: boolean): Checksum['type'] {
  const type = call.header('x-amz-checksum-type') ?? (wholeOnly ? 'FULL_OBJECT' : 'COMPOSITE')
  if ((type === 'COMPOSITE' && !wholeOnly) || type === 'FULL_OBJECT') return type
  throw new InvalidRequest(`The ${type} checksum type cannot be used with that checksum algorithm.`)
}

/** @see S3 API Reference "UploadPart" */
export const uploadPart: S3Operation<ObjectCall> = {
  authorize: needsOnObject('PutObject'),
  async run(call) {
    const upload = uploadOf(call)
    const body = incomingBody(call, upload.checksum?.algorithm)
    const given = body.checksum?.algorithm
    if (upload.checksum && given !== upload.checksum.algorithm) {
      throw new InvalidRequest(
        `Checksum Type mismatch occurred, expected checksum Type: ${upload.checksum.algorithm}, actual checksum Type: ${given}`,
      )
    }
    const { part, checksum } = await addPart(call, upload, body)
    sendEmpty(call, 200, {
      etag: `"${part.etag}"`,
      ...encryptionHeaders(upload.encryption, call),
      ...(checksum ? { [checksumHeader(checksum.algorithm)]: checksum.value } : {}),
    })
  },
}

/** @see S3 API Reference "UploadPartCopy" */
export const uploadPartCopy: S3Operation<ObjectCall> = {
  authorize: authorizeCopy,
  async run(call) {
    const upload = uploadOf(call)
    const source = sourceOf(call)
    const record = sourceRecord(source)
    const range = copyRange(call, record)
    const algorithm = upload.checksum?.algorithm
    const { part } = await addPart(call, upload, {
      source: source.bucket.store.blobs.read(record.blobs, range),
      largest: LARGEST_PUT_BYTES,
      checksum: algorithm && { algorithm, expected: () => undefined, trailing: false },
    })
    const content = {
      LastModified: isoTime(part.modified),
      ETag: `"${part.etag}"`,
      ...partChecksum(upload, part),
    }
    const headers = { ...encryptionHeaders(upload.encryption, call), ...copiedVersion(source, record) }
    sendXml(call, 'CopyPartResult', content, headers)
  },
}

function copyRange(call: ObjectCall, record: ObjectRecord): ByteRange | undefined {
  const name = 'x-amz-copy-source-range'
  const field = call.header(name)
  if (field === undefined) return undefined
  const range = /^bytes=\d+-\d+$/.test(field) ? rangeOf(field, record.size) : undefined
  if (range) return range
  throw new InvalidArgument(`The ${name} value must be of the form bytes=first-last`, name, field)
}

async function addPart(call: ObjectCall, upload: Upload, body: IncomingBody) {
  const { store } = call.bucket
  const number = partNumber(call)
  const { blob, md5, checksum } = await receive(store.blobs, body)
  const part: Part = {
    number,
    blob,
    etag: md5,
    modified: call.clock.now(),
    checksum: upload.checksum ? checksum?.value : undefined,
  }
  try {
    store.uploads.addPart(upload.id, call.key, part)
  } catch (error) {
    store.blobs.remove([blob])
    throw error
  }
  return { part, checksum }
}

function partNumber({ query }: ObjectCall): number {
  const text = query.get('partNumber') ?? ''
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= 1 && number <= LAST_PART_NUMBER) return number
  throw new InvalidArgument(
    `Part number must be an integer between 1 and ${LAST_PART_NUMBER}, inclusive`,
    'partNumber',
    text,
  )
}

/** @throws NoSuchUpload */
export const uploadOf = ({ bucket, query, key }: ObjectCall): Upload =>
  bucket.store.uploads.get(query.get('uploadId') ?? '', key)

/** @see S3 API Reference "AbortMultipartUpload" */
export const abortMultipartUpload: S3Operation<ObjectCall> = {
  authorize: needsOnObject('AbortMultipartUpload'),
  run(call) {
    call.bucket.store.uploads.end(uploadOf(call))
    sendEmpty(call, 204)
  },
}

/** A part's checksum as an element of an answer. */
export const partChecksum = (upload: Upload, part: Part): Readonly<Record<string, string>> =>
  upload.checksum && part.checksum ? { [checksumElement(upload.checksum.algorithm)]: part.checksum } : {}
