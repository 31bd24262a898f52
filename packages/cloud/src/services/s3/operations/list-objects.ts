import { isoTime } from '../../../gateway/time.ts'
import { flatList } from '../../../gateway/xml.ts'
import { toBucket } from '../access.ts'
import type { BucketCall, S3Operation } from '../call.ts'
import { InvalidArgument } from '../errors.ts'
import { LARGEST_PAGE } from '../limits.ts'
import type { ListPage } from '../listing.ts'
import { integerOf } from '../metadata.ts'
import type { ObjectRecord } from '../object-record.ts'
import { ownerOf } from '../owner.ts'
import { sendXml } from '../reply.ts'

const authorize: S3Operation<BucketCall>['authorize'] = call => [toBucket(call, 'ListBucket', listKeys(call))]

/** Condition keys of lists. Service Authorization Reference "Amazon S3". */
export const listKeys = ({ query }: BucketCall) => ({
  's3:prefix': query.get('prefix') ?? '',
  's3:delimiter': query.get('delimiter') ?? undefined,
  's3:max-keys': query.get('max-keys') ?? undefined,
})

/** @see S3 API Reference "ListObjectsV2" */
export const listObjectsV2: S3Operation<BucketCall> = {
  authorize,
  run(call) {
    const { query } = call
    const token = query.get('continuation-token')
    const startAfter = query.get('start-after') ?? ''
    const after = token === null ? startAfter : readToken(token)
    const { page, common } = list(call, after)
    sendXml(call, 'ListBucketResult', {
      ...common,
      KeyCount: page.keys.length + page.commonPrefixes.length,
      ContinuationToken: token ?? undefined,
      NextContinuationToken: page.truncated ? writeToken(page.last ?? '') : undefined,
      StartAfter: startAfter ? encoder(call)(startAfter) : undefined,
      ...entries(call, page, query.get('fetch-owner') === 'true'),
    })
  },
}

/** @see S3 API Reference "ListObjects" */
export const listObjects: S3Operation<BucketCall> = {
  authorize,
  run(call) {
    const marker = call.query.get('marker') ?? ''
    const { page, common } = list(call, marker)
    const encode = encoder(call)
    sendXml(call, 'ListBucketResult', {
      ...common,
      Marker: encode(marker),
      // Without a delimiter the last key of the page is the marker, and S3 doesn't repeat it.
      NextMarker: page.truncated && call.query.get('delimiter') ? encode(page.last ?? '') : undefined,
      ...entries(call, page, true),
    })
  },
}

function list(call: BucketCall, after: string): { page: ListPage; common: Readonly<Record<string, unknown>> } {
  const prefix = call.query.get('prefix') ?? ''
  const delimiter = call.query.get('delimiter') ?? ''
  const maxKeys = integerOf(call, 'max-keys', LARGEST_PAGE, LARGEST_PAGE)
  const encode = encoder(call)
  const page = call.bucket.store.list({ prefix, delimiter, after, maxKeys })
  const common = {
    Name: call.bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter ? encode(delimiter) : undefined,
    MaxKeys: maxKeys,
    EncodingType: call.query.get('encoding-type') ?? undefined,
    IsTruncated: page.truncated,
  }
  return { page, common }
}

function entries(call: BucketCall, page: ListPage, withOwner: boolean): Readonly<Record<string, unknown>> {
  const encode = encoder(call)
  const records = page.keys.map(key => call.bucket.store.get(key)).filter(record => record !== undefined)
  return {
    Contents: flatList(records.map(record => entryOf(record, encode, withOwner ? ownerOf(call.account) : undefined))),
    CommonPrefixes: flatList(page.commonPrefixes.map(prefix => ({ Prefix: encode(prefix) }))),
  }
}

function entryOf(record: ObjectRecord, encode: (text: string) => string, owner: { readonly ID: string } | undefined) {
  return {
    Key: encode(record.key),
    LastModified: isoTime(Math.floor(record.modified / 1000) * 1000),
    ETag: `"${record.etag}"`,
    ChecksumAlgorithm: record.checksum?.algorithm.toUpperCase(),
    ChecksumType: record.checksum?.type,
    Size: record.size,
    Owner: owner,
    StorageClass: record.storageClass,
  }
}

/** How texts are written: as they are, or percent-encoded for keys that XML can't hold. @throws InvalidArgument */
export function encoder({ query }: BucketCall): (text: string) => string {
  const type = query.get('encoding-type')
  if (type === null) return text => text
  if (type !== 'url') throw new InvalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type)
  return text => encodeURIComponent(text).replaceAll('%2F', '/')
}

const writeToken = (after: string) => Buffer.from(JSON.stringify({ after })).toString('base64url')

function readToken(token: string): string {
  try {
    const { after }: { after?: unknown } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    if (typeof after === 'string') return after
  } catch {
    // Not one of ours: the same answer as for a wrong one.
  }
  throw new InvalidArgument('The continuation token provided is incorrect', 'continuation-token', token)
}
