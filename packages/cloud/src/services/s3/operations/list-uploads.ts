import { isoTime } from '../../../gateway/time.ts'
import { flatList } from '../../../gateway/xml.ts'
import { needs, needsOnObject } from '../access.ts'
import type { BucketCall, ObjectCall, S3Operation } from '../call.ts'
import { LARGEST_PAGE, LAST_PART_NUMBER } from '../limits.ts'
import { groupOf } from '../listing.ts'
import { integerOf } from '../metadata.ts'
import { ownerOf } from '../owner.ts'
import { sendXml } from '../reply.ts'
import { compareKeys } from '../sorted-keys.ts'
import type { Upload } from '../uploads.ts'
import { encoder } from './list-objects.ts'
import { partChecksum, uploadOf } from './multipart.ts'

/** @see S3 API Reference "ListParts" */
export const listParts: S3Operation<ObjectCall> = {
  authorize: needsOnObject('ListMultipartUploadParts'),
  run(call) {
    const upload = uploadOf(call)
    const after = integerOf(call, 'part-number-marker', 0, LAST_PART_NUMBER)
    const most = integerOf(call, 'max-parts', LARGEST_PAGE, LARGEST_PAGE)
    const rest = [...upload.parts.values()].filter(part => part.number > after).sort((a, b) => a.number - b.number)
    const page = rest.slice(0, most)
    const owner = ownerOf(call.account)
    sendXml(call, 'ListPartsResult', {
      Bucket: call.bucket.name,
      Key: upload.key,
      UploadId: upload.id,
      Initiator: owner,
      Owner: owner,
      StorageClass: upload.storageClass,
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

/** @see S3 API Reference "ListMultipartUploads" */
export const listMultipartUploads: S3Operation<BucketCall> = {
  authorize: needs('ListBucketMultipartUploads'),
  run(call) {
    const { query } = call
    const encode = encoder(call)
    const prefix = query.get('prefix') ?? ''
    const delimiter = query.get('delimiter') ?? ''
    const most = integerOf(call, 'max-uploads', LARGEST_PAGE, LARGEST_PAGE)
    const all = entriesOf(behindMarkers(call), prefix, delimiter)
    const page = all.slice(0, most)
    const truncated = all.length > page.length
    const last = page.at(-1)
    const owner = ownerOf(call.account)
    sendXml(call, 'ListMultipartUploadsResult', {
      Bucket: call.bucket.name,
      KeyMarker: encode(query.get('key-marker') ?? ''),
      UploadIdMarker: query.get('upload-id-marker') ?? '',
      Prefix: encode(prefix),
      Delimiter: delimiter ? encode(delimiter) : undefined,
      NextKeyMarker: truncated ? encode(last?.group ?? last?.upload.key ?? '') : undefined,
      NextUploadIdMarker: truncated && last?.group === undefined ? last?.upload.id : undefined,
      EncodingType: query.get('encoding-type') ?? undefined,
      MaxUploads: most,
      IsTruncated: truncated,
      Upload: flatList(
        page
          .filter(({ group }) => group === undefined)
          .map(({ upload }) => ({
            Key: encode(upload.key),
            UploadId: upload.id,
            Initiator: owner,
            Owner: owner,
            StorageClass: upload.storageClass,
            Initiated: isoTime(upload.initiated),
            ChecksumAlgorithm: upload.checksum?.algorithm.toUpperCase(),
            ChecksumType: upload.checksum?.type,
          })),
      ),
      CommonPrefixes: flatList(page.flatMap(({ group }) => (group === undefined ? [] : [{ Prefix: encode(group) }]))),
    })
  },
}

function behindMarkers({ bucket, query }: BucketCall): readonly Upload[] {
  const all = bucket.store.uploads.list()
  const keyMarker = query.get('key-marker') ?? ''
  if (keyMarker === '') return all
  const idMarker = query.get('upload-id-marker')
  const marked = all.findIndex(({ key, id }) => key === keyMarker && id === idMarker)
  if (marked >= 0) return all.slice(marked + 1)
  const isGroup = (key: string) => keyMarker.endsWith(query.get('delimiter') || '\0') && key.startsWith(keyMarker)
  return all.filter(({ key }) => compareKeys(key, keyMarker) > 0 && !isGroup(key))
}

interface Entry {
  readonly upload: Upload
  /** It is listed as one of this group. */
  readonly group?: string
}

/** Uploads with the delimiter behind the prefix come as one group. */
function entriesOf(uploads: readonly Upload[], prefix: string, delimiter: string): readonly Entry[] {
  const entries: Entry[] = []
  for (const upload of uploads.filter(({ key }) => key.startsWith(prefix))) {
    const group = groupOf(upload.key, prefix, delimiter)
    if (group === undefined) entries.push({ upload })
    else if (entries.at(-1)?.group !== group) entries.push({ upload, group })
  }
  return entries
}
