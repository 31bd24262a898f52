import { createHash } from 'node:crypto'
import { itemsOf, memberOf } from '../../../gateway/xml.ts'
import { needsOnObject } from '../access.ts'
import type { ObjectCall, S3Operation } from '../call.ts'
import { type Checksum, checksumElement, checksumHeader, compositeChecksum, newSum } from '../checksums.ts'
import { writeCondition } from '../conditions.ts'
import { encryptionHeaders } from '../encryption.ts'
import { BadDigest, EntityTooSmall, InvalidPart, InvalidPartOrder, MalformedXml } from '../errors.ts'
import { xmlBody } from '../incoming.ts'
import { LAST_PART_NUMBER, SMALLEST_PART_BYTES } from '../limits.ts'
import { requesterOf } from '../notifications/requester.ts'
import { sendXml } from '../reply.ts'
import type { Part, Upload } from '../uploads.ts'
import { versionHeader } from './existing.ts'
import { uploadOf } from './multipart.ts'

/** @see S3 API Reference "CompleteMultipartUpload". differs: completing a second time is NoSuchUpload */
export const completeMultipartUpload: S3Operation<ObjectCall> = {
  authorize: needsOnObject('PutObject'),
  async run(call) {
    const { store, name } = call.bucket
    const parts = chosenParts(uploadOf(call), await xmlBody(call))
    const size = parts.reduce((sum, part) => sum + part.blob.size, 0)
    const checksum = await wholeChecksum(call, uploadOf(call), parts)
    // Asked again because the body and the sum took a while: only one of several completions finds it.
    const upload = uploadOf(call)
    const { headers, metadata, tags, encryption, storageClass } = upload
    const blobs = parts.map(part => part.blob)
    const object = {
      key: call.key,
      blobs,
      size,
      etag: etagOf(parts),
      modified: call.clock.now(),
      headers,
      metadata,
      tags,
      encryption,
      storageClass,
      checksum,
    }
    const version = store.commit(object, writeCondition(call.header, call.key))
    store.uploads.end(upload, new Set(blobs.map(blob => blob.name)))
    const told = { reason: 'CompleteMultipartUpload', by: requesterOf(call) }
    call.changes.tell(call.bucket, { event: 'ObjectCreated:CompleteMultipartUpload', version, ...told })
    call.outcome.objectSize = size
    const key = encodeURIComponent(call.key).replaceAll('%2F', '/')
    sendXml(
      call,
      'CompleteMultipartUploadResult',
      {
        Location: `https://${name}.s3.${call.region}.amazonaws.com/${key}`,
        Bucket: name,
        Key: call.key,
        ETag: `"${version.etag}"`,
        ...(checksum ? { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type } : {}),
      },
      { ...encryptionHeaders(encryption, call), ...versionHeader(call, version) },
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
