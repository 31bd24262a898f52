import { days } from '@terrace/kit'
import type { Bucket, BucketLifecycleRule } from '@terrace/model'
import { type BuilderTable, fold, node } from './build-context.ts'
import { policyDocumentOf } from './policy-document.ts'
import type { PropertyReader } from './property-reader.ts'

/** S3 buckets with their policies. */
export const storage: BuilderTable = {
  'AWS::S3::Bucket': node(context => {
    const { properties, resource } = context
    properties.readElsewhere('BucketName')
    return {
      ...context.base('bucket'),
      name: resource.physicalId,
      arn: context.attribute('Arn'),
      publicAccessBlock: publicAccessBlock(properties.object('PublicAccessBlockConfiguration')),
      versioning: properties.object('VersioningConfiguration')?.text('Status') === 'Enabled',
      ...encryption(properties),
      ...ownership(properties),
      ...logging(properties),
      ...lifecycle(properties),
    }
  }),
  'AWS::S3::BucketPolicy': fold(context => {
    const { properties } = context
    const bucket = context.find(properties, 'Bucket', 'bucket')
    const policy = policyDocumentOf(properties, 'PolicyDocument')
    if (bucket !== undefined) context.update(bucket, 'bucket', old => ({ ...old, policy }))
  }),
}

/**
 * Without the property a new bucket blocks everything; with it, what is left out is off.
 *
 * @see "Blocking public access to your Amazon S3 storage" in the Amazon S3 User Guide
 */
function publicAccessBlock(block: PropertyReader | undefined): Bucket['publicAccessBlock'] {
  const flag = (key: string) => (block ? (block.boolean(key) ?? false) : true)
  return {
    blockPublicAcls: flag('BlockPublicAcls'),
    ignorePublicAcls: flag('IgnorePublicAcls'),
    blockPublicPolicy: flag('BlockPublicPolicy'),
    restrictPublicBuckets: flag('RestrictPublicBuckets'),
  }
}

function encryption(properties: PropertyReader): Pick<Bucket, 'encryption'> {
  const [rule] = properties.object('BucketEncryption')?.objects('ServerSideEncryptionConfiguration') ?? []
  rule?.withoutEffect({ BucketKeyEnabled: 'it saves calls of KMS, which are not made here' })
  const byDefault = rule?.object('ServerSideEncryptionByDefault')
  const algorithm = byDefault?.oneOf('SSEAlgorithm', ['AES256', 'aws:kms', 'aws:kms:dsse'])
  return { encryption: algorithm ?? 'AES256' }
}

function ownership(properties: PropertyReader): Pick<Bucket, 'objectOwnership'> {
  const [rule] = properties.object('OwnershipControls')?.objects('Rules') ?? []
  const allowed = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] as const
  return { objectOwnership: rule?.oneOf('ObjectOwnership', allowed) ?? 'BucketOwnerEnforced' }
}

function logging(properties: PropertyReader): Pick<Bucket, 'accessLogs'> {
  const configuration = properties.object('LoggingConfiguration')
  if (!configuration) return {}
  const bucket = configuration.text('DestinationBucketName')
  const prefix = configuration.text('LogFilePrefix') ?? ''
  return bucket === undefined ? {} : { accessLogs: { bucket, prefix } }
}

function lifecycle(properties: PropertyReader): Pick<Bucket, 'lifecycle'> {
  const rules = properties.object('LifecycleConfiguration')?.objects('Rules') ?? []
  const read = rules.flatMap((rule): BucketLifecycleRule[] => {
    rule.withoutEffect({ Id: 'for people' })
    const expiration = rule.number('ExpirationInDays')
    const incomplete = rule.object('AbortIncompleteMultipartUpload')?.number('DaysAfterInitiation')
    const noncurrent = rule.object('NoncurrentVersionExpiration')?.number('NoncurrentDays')
    if (rule.text('Status') !== 'Enabled') return []
    return [
      {
        prefix: rule.text('Prefix') ?? '',
        ...(expiration === undefined ? {} : { expireAfter: days(expiration) }),
        ...(noncurrent === undefined ? {} : { expireNoncurrentAfter: days(noncurrent) }),
        ...(incomplete === undefined ? {} : { abortIncompleteUploadsAfter: days(incomplete) }),
      },
    ]
  })
  return read.length > 0 ? { lifecycle: read } : {}
}
