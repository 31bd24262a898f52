import { digest } from '@terrace/kit'
import { isoTime } from '../../../gateway/time.ts'
import { namedList } from '../../../gateway/xml.ts'
import { bucketAccess } from '../access.ts'
import type { BucketCall, S3Operation, ServiceCall } from '../call.ts'
import { NoSuchBucketPolicy } from '../errors.ts'
import { LARGEST_PAGE } from '../limits.ts'
import { integerOf } from '../metadata.ts'
import { sendEmpty, sendHead, sendXml } from '../reply.ts'

/** Canonical user id of the account. */
export const ownerOf = (account: string) => ({ ID: digest(`canonical user ${account}`, 64) })

/** Most buckets on a page of ListBuckets. S3 API Reference "ListBuckets". */
const LARGEST_BUCKET_PAGE = 10_000

export const listBuckets: S3Operation<ServiceCall> = {
  authorize: () => [{ action: 's3:ListAllMyBuckets', resource: 'arn:aws:s3:::*' }],
  run(call) {
    const { query, state, region, account } = call
    const prefix = query.get('prefix') ?? ''
    const after = query.get('continuation-token') ?? ''
    const most = integerOf(call, 'max-buckets', LARGEST_BUCKET_PAGE, LARGEST_BUCKET_PAGE) || LARGEST_PAGE
    const wanted = state.buckets
      .filter(({ node }) => node.name.startsWith(prefix) && node.name > after)
      .sort((a, b) => (a.node.name < b.node.name ? -1 : 1))
    const page = wanted.slice(0, most)
    sendXml(call, 'ListAllMyBucketsResult', {
      Owner: ownerOf(account),
      Buckets: namedList(
        'Bucket',
        page.map(({ node, created }) => ({ Name: node.name, CreationDate: isoTime(created), BucketRegion: region })),
      ),
      ContinuationToken: wanted.length > page.length ? page.at(-1)?.node.name : undefined,
      Prefix: prefix || undefined,
    })
  },
}

const onBucket =
  (action: string): S3Operation<BucketCall>['authorize'] =>
  ({ bucket, exchange }) => [bucketAccess(bucket.node, exchange.principal, action)]

export const headBucket: S3Operation<BucketCall> = {
  authorize: onBucket('ListBucket'),
  run: call => sendEmpty(call, 200, { 'x-amz-bucket-region': call.region, 'x-amz-access-point-alias': 'false' }),
}

export const getBucketLocation: S3Operation<BucketCall> = {
  authorize: onBucket('GetBucketLocation'),
  // The oldest region has no name here.
  run: call => sendXml(call, 'LocationConstraint', call.region === 'us-east-1' ? '' : call.region),
}

export const getBucketPolicy: S3Operation<BucketCall> = {
  authorize: onBucket('GetBucketPolicy'),
  run(call) {
    const { policy, name } = call.bucket.node
    if (!policy) throw new NoSuchBucketPolicy(name)
    const body = JSON.stringify(policy)
    sendHead(call, 200, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) })
    call.exchange.response.end(body)
  },
}

export const getPublicAccessBlock: S3Operation<BucketCall> = {
  authorize: onBucket('GetBucketPublicAccessBlock'),
  run(call) {
    const block = call.bucket.node.publicAccessBlock
    sendXml(call, 'PublicAccessBlockConfiguration', {
      BlockPublicAcls: block.blockPublicAcls,
      IgnorePublicAcls: block.ignorePublicAcls,
      BlockPublicPolicy: block.blockPublicPolicy,
      RestrictPublicBuckets: block.restrictPublicBuckets,
    })
  },
}
