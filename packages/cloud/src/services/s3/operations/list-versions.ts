import { isoTime } from '../../../gateway/time.ts'
import { flatList } from '../../../gateway/xml.ts'
import { toBucket } from '../access.ts'
import type { BucketCall, S3Operation } from '../call.ts'
import { InvalidArgument } from '../errors.ts'
import { LARGEST_PAGE } from '../limits.ts'
import { integerOf } from '../metadata.ts'
import { isMarker } from '../object-record.ts'
import { ownerOf } from '../owner.ts'
import { sendXml } from '../reply.ts'
import type { VersionPage } from '../version-listing.ts'
import { encoder, listKeys } from './list-objects.ts'

/** @see S3 API Reference "ListObjectVersions" */
export const listObjectVersions: S3Operation<BucketCall> = {
  authorize: call => [toBucket(call, 'ListBucketVersions', listKeys(call))],
  run(call) {
    const { query, bucket } = call
    const encode = encoder(call)
    const [prefix = '', delimiter = '', keyMarker = ''] = ['prefix', 'delimiter', 'key-marker'].map(
      name => query.get(name) ?? '',
    )
    const versionMarker = query.get('version-id-marker') ?? undefined
    if (versionMarker !== undefined && keyMarker === '') {
      const message = 'A version-id marker cannot be specified without a key marker.'
      throw new InvalidArgument(message, 'version-id-marker', versionMarker)
    }
    const maxKeys = integerOf(call, 'max-keys', LARGEST_PAGE, LARGEST_PAGE)
    const page = bucket.store.listVersions({ prefix, delimiter, keyMarker, versionMarker, maxKeys })
    sendXml(call, 'ListVersionsResult', {
      Name: bucket.name,
      Prefix: encode(prefix),
      KeyMarker: encode(keyMarker),
      VersionIdMarker: versionMarker ?? '',
      NextKeyMarker: page.truncated ? encode(page.last?.key ?? '') : undefined,
      NextVersionIdMarker: page.truncated ? page.last?.versionId : undefined,
      MaxKeys: maxKeys,
      Delimiter: delimiter ? encode(delimiter) : undefined,
      EncodingType: query.get('encoding-type') ?? undefined,
      IsTruncated: page.truncated,
      Version: flatList(page.versions.flatMap(each => versionOf(each, call.account, encode))),
      DeleteMarker: flatList(page.versions.flatMap(each => markerOf(each, call.account, encode))),
      CommonPrefixes: flatList(page.commonPrefixes.map(each => ({ Prefix: encode(each) }))),
    })
  },
}

type Listed = VersionPage['versions'][number]
type Encode = (text: string) => string

const factsOf = ({ version, isLatest }: Listed, account: string, encode: Encode) => ({
  Key: encode(version.key),
  VersionId: version.versionId,
  IsLatest: isLatest,
  LastModified: isoTime(Math.floor(version.modified / 1000) * 1000),
  Owner: ownerOf(account),
})

function versionOf(listed: Listed, account: string, encode: Encode) {
  const { version } = listed
  if (isMarker(version)) return []
  return {
    ...factsOf(listed, account, encode),
    ETag: `"${version.etag}"`,
    ChecksumAlgorithm: version.checksum?.algorithm.toUpperCase(),
    ChecksumType: version.checksum?.type,
    Size: version.size,
    StorageClass: version.storageClass,
  }
}

const markerOf = (listed: Listed, account: string, encode: Encode) =>
  isMarker(listed.version) ? factsOf(listed, account, encode) : []
