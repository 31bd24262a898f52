import type { Target } from './address.ts'
import type { ServiceCall } from './call.ts'

/** A request as far as its operation's name depends on it. */
type Asked = Pick<ServiceCall, 'query' | 'header'> & { readonly method: string; readonly target: Target }

interface Rule {
  readonly method: string
  readonly on: Target['kind']
  /** Query parameters that must be there, with this value when one is given. */
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly header?: string
  readonly name: string
}

const here = undefined

/** What reads, writes and removes the configurations of a bucket are called. */
const BUCKET_SUBRESOURCES: Readonly<Record<string, string>> = {
  accelerate: 'BucketAccelerateConfiguration',
  acl: 'BucketAcl',
  analytics: 'BucketAnalyticsConfiguration',
  cors: 'BucketCors',
  encryption: 'BucketEncryption',
  'intelligent-tiering': 'BucketIntelligentTieringConfiguration',
  inventory: 'BucketInventoryConfiguration',
  lifecycle: 'BucketLifecycleConfiguration',
  location: 'BucketLocation',
  logging: 'BucketLogging',
  metrics: 'BucketMetricsConfiguration',
  notification: 'BucketNotificationConfiguration',
  'object-lock': 'ObjectLockConfiguration',
  ownershipControls: 'BucketOwnershipControls',
  policy: 'BucketPolicy',
  policyStatus: 'BucketPolicyStatus',
  publicAccessBlock: 'PublicAccessBlock',
  replication: 'BucketReplication',
  requestPayment: 'BucketRequestPayment',
  tagging: 'BucketTagging',
  versioning: 'BucketVersioning',
  website: 'BucketWebsite',
}

const OBJECT_SUBRESOURCES: Readonly<Record<string, string>> = {
  acl: 'ObjectAcl',
  attributes: 'ObjectAttributes',
  'legal-hold': 'ObjectLegalHold',
  retention: 'ObjectRetention',
  tagging: 'ObjectTagging',
  torrent: 'ObjectTorrent',
}

const VERBS: Readonly<Record<string, string>> = { GET: 'Get', PUT: 'Put', DELETE: 'Delete' }

const subresourceRules = (on: Target['kind'], names: Readonly<Record<string, string>>): readonly Rule[] =>
  Object.entries(names).flatMap(([query, name]) =>
    Object.entries(VERBS).map(([method, verb]) => ({ method, on, query: { [query]: here }, name: verb + name })),
  )

/** The first rule that fits names the operation. Source: S3 API Reference, the request syntax of each action. */
const RULES: readonly Rule[] = [
  { method: 'GET', on: 'service', name: 'ListBuckets' },

  { method: 'DELETE', on: 'bucket', query: { lifecycle: here }, name: 'DeleteBucketLifecycle' },
  ...subresourceRules('bucket', BUCKET_SUBRESOURCES),
  { method: 'GET', on: 'bucket', query: { versions: here }, name: 'ListObjectVersions' },
  { method: 'GET', on: 'bucket', query: { uploads: here }, name: 'ListMultipartUploads' },
  { method: 'GET', on: 'bucket', query: { session: here }, name: 'CreateSession' },
  { method: 'GET', on: 'bucket', query: { 'list-type': '2' }, name: 'ListObjectsV2' },
  { method: 'POST', on: 'bucket', query: { delete: here }, name: 'DeleteObjects' },
  { method: 'GET', on: 'bucket', name: 'ListObjects' },
  { method: 'HEAD', on: 'bucket', name: 'HeadBucket' },
  { method: 'PUT', on: 'bucket', name: 'CreateBucket' },
  { method: 'DELETE', on: 'bucket', name: 'DeleteBucket' },
  { method: 'POST', on: 'bucket', name: 'PostObject' },

  ...subresourceRules('object', OBJECT_SUBRESOURCES),
  { method: 'GET', on: 'object', query: { uploadId: here }, name: 'ListParts' },
  { method: 'PUT', on: 'object', query: { partNumber: here }, header: 'x-amz-copy-source', name: 'UploadPartCopy' },
  { method: 'PUT', on: 'object', query: { partNumber: here, uploadId: here }, name: 'UploadPart' },
  { method: 'PUT', on: 'object', header: 'x-amz-copy-source', name: 'CopyObject' },
  { method: 'PUT', on: 'object', query: { renameObject: here }, name: 'RenameObject' },
  { method: 'POST', on: 'object', query: { uploads: here }, name: 'CreateMultipartUpload' },
  { method: 'POST', on: 'object', query: { uploadId: here }, name: 'CompleteMultipartUpload' },
  { method: 'POST', on: 'object', query: { restore: here }, name: 'RestoreObject' },
  { method: 'POST', on: 'object', query: { select: here }, name: 'SelectObjectContent' },
  { method: 'DELETE', on: 'object', query: { uploadId: here }, name: 'AbortMultipartUpload' },
  { method: 'GET', on: 'object', name: 'GetObject' },
  { method: 'HEAD', on: 'object', name: 'HeadObject' },
  { method: 'PUT', on: 'object', name: 'PutObject' },
  { method: 'DELETE', on: 'object', name: 'DeleteObject' },
]

/** The name of the operation, in AWS's words also for those that aren't implemented. */
export function operationName({ method, target, query, header }: Asked): string {
  const rule = RULES.find(
    each =>
      each.method === method &&
      each.on === target.kind &&
      Object.entries(each.query ?? {}).every(
        ([name, value]) => query.has(name) && (value ?? query.get(name)) === query.get(name),
      ) &&
      (each.header === undefined || header(each.header) !== undefined),
  )
  return (
    rule?.name ??
    `${method} on ${target.kind === 'object' ? 'an object' : target.kind === 'bucket' ? 'a bucket' : 'the service'}`
  )
}
