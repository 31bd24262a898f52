import { createHash } from 'node:crypto'
import { isoTime } from '../../../gateway/time.ts'
import { itemsOf, memberOf } from '../../../gateway/xml.ts'
import { bucketAccess } from '../access.ts'
import type { ByteRange } from '../blobs.ts'
import type { ObjectRecord } from '../bucket.ts'
import type { ObjectCall, S3Operation } from '../call.ts'
import {
  type Checksum,
  checksumAlgorithm,
  checksumElement,
  checksumHeader,
  compositeChecksum,
  newSum,
} from '../checksums.ts'
import { rangeOf, writeCondition } from '../conditions.ts'
import {
  BadDigest,
  EntityTooSmall,
  InvalidArgument,
  InvalidPart,
  InvalidPartOrder,
  InvalidRequest,
  MalformedXml,
} from '../errors.ts'
import { incomingBody, xmlBody } from '../incoming.ts'
import { LARGEST_PUT_BYTES, LAST_PART_NUMBER, SMALLEST_PART_BYTES } from '../limits.ts'
import { describedBy } from '../metadata.ts'
import { type IncomingBody, receive } from '../receive.ts'
import { sendEmpty, sendXml } from '../reply.ts'
import type { Part, Upload } from '../uploads.ts'
import { authorizeCopy, sourceOf, sourceRecord } from './copy-object.ts'

const onObject =
  (action: string): S3Operation<ObjectCall>['authorize'] =>
  ({ bucket, exchange, key }) => [bucketAccess(bucket.node, exchange.principal, action, key)]

/** @see S3 API Reference "CreateMultipartUpload" */
export const createMultipartUpload: S3Operation<ObjectCall> = {
  authorize: onObject('PutObject'),
  run(call) {
    const algorithm = checksumAlgorithm(call.header('x-amz-checksum-algorithm') ?? '')
    const checksum = algorithm && { algorithm, type: checksumType(call, algorithm === 'crc64nvme') }
    const start = { key: call.key, initiated: call.clock.now(), ...describedBy(call), checksum }
    const upload = call.bucket.store.uploads.start(start)
    sendXml(
      call,
      'InitiateMultipartUploadResult',
      { Bucket: call.bucket.node.name, Key: call.key, UploadId: upload.id },
      {
        'x-amz-server-side-encryption': 'AES256',
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
  authorize: onObject('PutObject'),
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
      'x-amz-server-side-encryption': 'AES256',
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
    sendXml(call, 'CopyPartResult', {
      LastModified: isoTime(part.modified),
      ETag: `"${part.etag}"`,
      ...partChecksum(upload, part),
    })
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

/** @see S3 API Reference "CompleteMultipartUpload". differs: completing a second time is NoSuchUpload */
export const completeMultipartUpload: S3Operation<ObjectCall> = {
  authorize: onObject('PutObject'),
  async run(call) {
    const { store, node } = call.bucket
    const parts = chosenParts(uploadOf(call), await xmlBody(call))
    const size = parts.reduce((sum, part) => sum + part.blob.size, 0)
    const checksum = await wholeChecksum(call, uploadOf(call), parts)
    // Asked again because the body and the sum took a while: only one of several completions finds it.
    const upload = uploadOf(call)
    const { headers, metadata } = upload
    const blobs = parts.map(part => part.blob)
    const record = {
      key: call.key,
      blobs,
      size,
      etag: etagOf(parts),
      modified: call.clock.now(),
      headers,
      metadata,
      checksum,
    }
    store.commit(record, writeCondition(call.header, call.key))
    store.uploads.end(upload, new Set(blobs.map(blob => blob.name)))
    const key = encodeURIComponent(call.key).replaceAll('%2F', '/')
    sendXml(
      call,
      'CompleteMultipartUploadResult',
      {
        Location: `https://${node.name}.s3.${call.region}.amazonaws.com/${key}`,
        Bucket: node.name,
        Key: call.key,
        ETag: `"${record.etag}"`,
        ...(checksum ? { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type } : {}),
      },
      { 'x-amz-server-side-encryption': 'AES256' },
    )
  },
}

/** The uploaded parts that the client lists. @throws MalformedXml, InvalidPart, InvalidPartOrder, EntityTooSmall, BadDigest */
function chosenParts(upload: Upload, document: unknown): readonly Part[] {
  const listed = itemsOf(memberOf(memberOf(document, 'CompleteMultipartUpload'), 'Part'))
  if (listed.length === 0 || listed.length > LAST_PART_NUMBER) throw new MalformedXml()
  let previous = 0
  const parts = listed.map(item => {
    const number = Number(memberOf(item, 'PartNumber'))
    const etag = String(memberOf(item, 'ETag') ?? '').replaceAll('"', '')
    if (!Number.isInteger(number)) throw new MalformedXml()
    if (number <= previous) throw new InvalidPartOrder()
    previous = number
    const part = upload.parts.get(number)
    if (!part || part.etag !== etag) throw new InvalidPart(number)
    const claimed = upload.checksum && memberOf(item, checksumElement(upload.checksum.algorithm))
    if (claimed !== undefined && claimed !== part.checksum) throw new InvalidPart(number)
    return part
  })
  for (const part of parts.slice(0, -1)) {
    if (part.blob.size < SMALLEST_PART_BYTES) throw new EntityTooSmall(part.number, part.blob.size, SMALLEST_PART_BYTES)
  }
  return parts
}

/** Hash of the parts' hashes, and their number. */
function etagOf(parts: readonly Part[]): string {
  const md5 = createHash('md5')
  for (const part of parts) md5.update(part.etag, 'hex')
  return `${md5.digest('hex')}-${parts.length}`
}

async function wholeChecksum(call: ObjectCall, upload: Upload, parts: readonly Part[]): Promise<Checksum | undefined> {
  if (!upload.checksum) return undefined
  const { algorithm, type } = upload.checksum
  const claimed = call.header(checksumHeader(algorithm))
  const checksum =
    type === 'COMPOSITE'
      ? compositeChecksum(
          algorithm,
          parts.map(part => part.checksum ?? ''),
        )
      : { algorithm, type, value: await sumOfAll(call, algorithm, parts) }
  if (claimed !== undefined && checksum && claimed !== checksum.value) throw new BadDigest(algorithm.toUpperCase())
  return checksum
}

async function sumOfAll(call: ObjectCall, algorithm: Checksum['algorithm'], parts: readonly Part[]): Promise<string> {
  const sum = newSum(algorithm)
  for await (const chunk of call.bucket.store.blobs.read(parts.map(part => part.blob))) sum.update(chunk)
  return sum.digest().toString('base64')
}

/** @see S3 API Reference "AbortMultipartUpload" */
export const abortMultipartUpload: S3Operation<ObjectCall> = {
  authorize: onObject('AbortMultipartUpload'),
  run(call) {
    call.bucket.store.uploads.end(uploadOf(call))
    sendEmpty(call, 204)
  },
}

/** A part's checksum as an element of an answer. */
export const partChecksum = (upload: Upload, part: Part): Readonly<Record<string, string>> =>
  upload.checksum && part.checksum ? { [checksumElement(upload.checksum.algorithm)]: part.checksum } : {}
