import { NotEmulated } from '../../../gateway/errors.ts'
import { isoTime } from '../../../gateway/time.ts'
import { flatList } from '../../../gateway/xml.ts'
import { bucketAccess } from '../access.ts'
import type { BucketCall, ObjectCall, S3Operation } from '../call.ts'
import { LARGEST_PAGE, LAST_PART_NUMBER } from '../limits.ts'
import { integerOf } from '../metadata.ts'
import { sendXml } from '../reply.ts'
import { compareKeys } from '../sorted-keys.ts'
import { ownerOf } from './buckets.ts'
import { encoder } from './list-objects.ts'
import { partChecksum, uploadOf } from './multipart.ts'

/** @see S3 API Reference "ListParts" */
export const listParts: S3Operation<ObjectCall> = {
  authorize: ({ bucket, exchange, key }) => [
    bucketAccess(bucket.node, exchange.principal, 'ListMultipartUploadParts', key),
  ],
  run(call) {
    const upload = uploadOf(call)
    const after = integerOf(call, 'part-number-marker', 0, LAST_PART_NUMBER)
    const most = integerOf(call, 'max-parts', LARGEST_PAGE, LARGEST_PAGE)
    const rest = [...upload.parts.values()].filter(part => part.number > after).sort((a, b) => a.number - b.number)
    const page = rest.slice(0, most)
    const owner = ownerOf(call.account)
    sendXml(call, 'ListPartsResult', {
      Bucket: call.bucket.node.name,
      Key: upload.key,
      UploadId: upload.id,
      Initiator: owner,
      Owner: owner,
      StorageClass: 'STANDARD',
      PartNumberMarker: after,
      NextPartNumberMarker: page.at(-1)?.number ?? after,
      MaxParts: most,
      IsTruncated: rest.length > page.length,
      ChecksumAlgorithm: upload.checksum?.algorithm.toUpperCase(),
      ChecksumType: upload.checksum?.type,
      Part: flatList(
        page.map(part => ({
          PartNumber: part.number,
          LastModified: isoTime(part.modified),
          ETag: `"${part.etag}"`,
          Size: part.blob.size,
          ...partChecksum(upload, part),
        })),
      ),
    })
  },
}

/** @see S3 API Reference "ListMultipartUploads". differs: no grouping by a delimiter */
export const listMultipartUploads: S3Operation<BucketCall> = {
  authorize: ({ bucket, exchange }) => [bucketAccess(bucket.node, exchange.principal, 'ListBucketMultipartUploads')],
  run(call) {
    const { query } = call
    if (query.get('delimiter')) throw new NotEmulated(`the parameter delimiter of ${call.operation}`)
    const encode = encoder(call)
    const prefix = query.get('prefix') ?? ''
    const keyMarker = query.get('key-marker') ?? ''
    const idMarker = query.get('upload-id-marker') ?? ''
    const most = integerOf(call, 'max-uploads', LARGEST_PAGE, LARGEST_PAGE)
    const all = call.bucket.store.uploads.list().filter(upload => upload.key.startsWith(prefix))
    const marked = all.findIndex(upload => upload.key === keyMarker && upload.id === idMarker)
    const rest =
      marked >= 0
        ? all.slice(marked + 1)
        : all.filter(upload => keyMarker === '' || compareKeys(upload.key, keyMarker) > 0)
    const page = rest.slice(0, most)
    const truncated = rest.length > page.length
    const owner = ownerOf(call.account)
    sendXml(call, 'ListMultipartUploadsResult', {
      Bucket: call.bucket.node.name,
      KeyMarker: encode(keyMarker),
      UploadIdMarker: idMarker,
      Prefix: encode(prefix),
      NextKeyMarker: truncated ? encode(page.at(-1)?.key ?? '') : undefined,
      NextUploadIdMarker: truncated ? page.at(-1)?.id : undefined,
      EncodingType: query.get('encoding-type') ?? undefined,
      MaxUploads: most,
      IsTruncated: truncated,
      Upload: flatList(
        page.map(upload => ({
          Key: encode(upload.key),
          UploadId: upload.id,
          Initiator: owner,
          Owner: owner,
          StorageClass: 'STANDARD',
          Initiated: isoTime(upload.initiated),
          ChecksumAlgorithm: upload.checksum?.algorithm.toUpperCase(),
          ChecksumType: upload.checksum?.type,
        })),
      ),
    })
  },
}
