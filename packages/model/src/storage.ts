import type { Duration, Instant } from '@terrace/kit'
import type { PolicyDocument } from './data.ts'
import type { BaseNode } from './node.ts'

/** `AWS::S3::Bucket`, with the document of its `AWS::S3::BucketPolicy`. */
export interface Bucket extends BaseNode<'bucket'> {
  readonly name: string
  readonly arn: string
  readonly publicAccessBlock: {
    readonly blockPublicAcls: boolean
    readonly ignorePublicAcls: boolean
    readonly blockPublicPolicy: boolean
    readonly restrictPublicBuckets: boolean
  }
  readonly versioning: boolean
  /** The document of `AWS::S3::BucketPolicy`. */
  readonly policy?: PolicyDocument
  /** `AES256` when the template says nothing. */
  readonly encryption?: 'AES256' | 'aws:kms' | 'aws:kms:dsse'
  /** The key of KMS, by id, ARN or alias; absent: the one that AWS keeps for S3. */
  readonly encryptionKey?: string
  readonly objectOwnership?: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter'
  /** Server access logs. */
  readonly accessLogs?: { readonly bucket: string; readonly prefix: string }
  readonly lifecycle?: readonly BucketLifecycleRule[]
  readonly notifications?: BucketNotifications
  readonly cors?: readonly BucketCorsRule[]
}

/** What happens to objects by their age, counted from their creation or from when they were replaced. */
export interface BucketLifecycleRule {
  readonly id?: string
  readonly prefix: string
  /** Every one of them has to be on the object. */
  readonly objectTags?: Readonly<Record<string, string>>
  /** Bytes: larger objects alone. */
  readonly largerThan?: number
  /** Bytes: smaller objects alone. */
  readonly smallerThan?: number
  readonly expireAfter?: Duration
  readonly expireAt?: Instant
  /** Removes delete markers behind which no version is left. */
  readonly removeLoneMarkers?: boolean
  readonly expireNoncurrentAfter?: Duration
  /** How many noncurrent versions stay whatever their age. */
  readonly keptNoncurrent?: number
  readonly abortIncompleteUploadsAfter?: Duration
}

/** Who hears of changes in a bucket. */
export interface BucketNotifications {
  /** Everything goes to the account's default event bus, too. */
  readonly eventBridge: boolean
  readonly targets: readonly BucketNotificationTarget[]
}

export interface BucketNotificationTarget {
  readonly id?: string
  /** ARN of a queue, a topic or a function. */
  readonly target: string
  /** Such as `s3:ObjectCreated:*`. */
  readonly events: readonly string[]
  readonly prefix: string
  readonly suffix: string
}

/** Which web pages of other origins browsers let at the bucket. */
export interface BucketCorsRule {
  readonly id?: string
  readonly allowedOrigins: readonly string[]
  readonly allowedMethods: readonly string[]
  readonly allowedHeaders: readonly string[]
  readonly exposedHeaders: readonly string[]
  /** How long a browser may keep the answer. */
  readonly maxAge?: Duration
}
