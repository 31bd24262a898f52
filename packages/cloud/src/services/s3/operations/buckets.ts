import { NotEmulated } from '../../../gateway/errors.ts'
import { isoTime } from '../../../gateway/time.ts'
import { namedList } from '../../../gateway/xml.ts'
import { needs } from '../access.ts'
import { isBucketName } from '../bucket-name.ts'
import type { BucketCall, S3Operation, ServiceCall } from '../call.ts'
import {
  BucketAlreadyOwnedByYou,
  IllegalLocationConstraint,
  InvalidArgument,
  InvalidBucketAclWithObjectOwnership,
  InvalidBucketName,
  InvalidLocationConstraint,
} from '../errors.ts'
import { xmlBody } from '../incoming.ts'
import { LARGEST_PAGE } from '../limits.ts'
import { integerOf } from '../metadata.ts'
import { ownerOf } from '../owner.ts'
import { sendEmpty, sendXml } from '../reply.ts'
import { NEW_BUCKET } from '../settings.ts'
import { XmlElement } from '../xml-element.ts'
import { ownershipOf } from './ownership.ts'

/** Most buckets on a page of ListBuckets. S3 API Reference "ListBuckets". */
const LARGEST_BUCKET_PAGE = 10_000

export const listBuckets: S3Operation<ServiceCall> = {
  authorize: () => [{ action: 's3:ListAllMyBuckets', resource: 'arn:aws:s3:::*' }],
  run(call) {
    const { query, state, region, account } = call
    const prefix = query.get('prefix') ?? ''
    const after = query.get('continuation-token') ?? ''
    const wantedRegion = query.get('bucket-region') ?? region
    const most = integerOf(call, 'max-buckets', LARGEST_BUCKET_PAGE, LARGEST_BUCKET_PAGE) || LARGEST_PAGE
    const wanted = state.buckets
      .filter(({ name }) => name.startsWith(prefix) && name > after && wantedRegion === region)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    const page = wanted.slice(0, most)
    sendXml(call, 'ListAllMyBucketsResult', {
      Owner: ownerOf(account),
      Buckets: namedList(
        'Bucket',
        page.map(({ name, created }) => ({ Name: name, CreationDate: isoTime(created), BucketRegion: region })),
      ),
      ContinuationToken: wanted.length > page.length ? page.at(-1)?.name : undefined,
      Prefix: prefix || undefined,
    })
  },
}

/** @see S3 API Reference "CreateBucket" */
export const createBucket: S3Operation<ServiceCall> = {
  authorize: call => [{ action: 's3:CreateBucket', resource: `arn:aws:s3:::${nameOf(call)}` }],
  async run(call) {
    const { header, region, state } = call
    const name = nameOf(call)
    if (!isBucketName(name)) throw new InvalidBucketName(name)
    if (header('x-amz-bucket-object-lock-enabled') === 'true') throw new NotEmulated('object lock in CreateBucket')
    const ownership = header('x-amz-object-ownership')
    const objectOwnership = ownership === undefined ? 'BucketOwnerEnforced' : ownershipOf(ownership)
    if (!objectOwnership)
      throw new InvalidArgument('Invalid x-amz-object-ownership header', 'x-amz-object-ownership', ownership ?? '')
    refuseAcl(call, objectOwnership === 'BucketOwnerEnforced')
    await checkLocation(call)
    const there = state.find(name)
    // The oldest region answers a repetition as if it were the first.
    if (there && region !== 'us-east-1') throw new BucketAlreadyOwnedByYou(name)
    if (!there) state.create(name, { ...NEW_BUCKET, objectOwnership })
    sendEmpty(call, 200, { location: `/${name}`, 'x-amz-bucket-arn': `arn:aws:s3:::${name}` })
  },
}

const nameOf = ({ target }: ServiceCall): string => (target.kind === 'service' ? '' : target.bucket)

function refuseAcl({ header, exchange, operation }: ServiceCall, enforced: boolean): void {
  const acl = header('x-amz-acl')
  const grants = Object.keys(exchange.request.message.headers).some(field => field.startsWith('x-amz-grant-'))
  if (!grants && (acl === undefined || acl === 'private')) return
  if (enforced) throw new InvalidBucketAclWithObjectOwnership()
  throw new NotEmulated(`an ACL in ${operation}`)
}

/** @throws InvalidLocationConstraint, IllegalLocationConstraint, MalformedXml */
async function checkLocation(call: ServiceCall): Promise<void> {
  const { header, region, operation } = call
  const empty = (header('content-length') ?? '0') === '0' && header('transfer-encoding') === undefined
  const configuration = empty ? undefined : XmlElement.root(await xmlBody(call), 'CreateBucketConfiguration')
  const location = configuration?.text('LocationConstraint')
  configuration?.finish(operation)
  if (location === undefined) {
    if (region !== 'us-east-1') throw new IllegalLocationConstraint('unspecified')
  } else if (!/^([a-z]{2}(-[a-z]+)+-\d|EU)$/.test(location) || location === 'us-east-1') {
    throw new InvalidLocationConstraint(location)
  } else if (location !== region) throw new IllegalLocationConstraint(location)
}

/** @see S3 API Reference "DeleteBucket" */
export const deleteBucket: S3Operation<BucketCall> = {
  authorize: needs('DeleteBucket'),
  run(call) {
    call.state.remove(call.bucket)
    sendEmpty(call, 204)
  },
}

export const headBucket: S3Operation<BucketCall> = {
  authorize: needs('ListBucket'),
  run: call =>
    sendEmpty(call, 200, {
      'x-amz-bucket-region': call.region,
      'x-amz-bucket-arn': call.bucket.arn,
      'x-amz-access-point-alias': 'false',
    }),
}

export const getBucketLocation: S3Operation<BucketCall> = {
  authorize: needs('GetBucketLocation'),
  // The oldest region has no name here.
  run: call => sendXml(call, 'LocationConstraint', call.region === 'us-east-1' ? '' : call.region),
}
