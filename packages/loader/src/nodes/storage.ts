import { days, seconds } from '@terrace/kit'
import type {
  Bucket,
  BucketCorsRule,
  BucketLifecycleRule,
  BucketNotifications,
  BucketNotificationTarget,
} from '@terrace/model'
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
      ...notifications(properties),
      ...cors(properties),
    }
  }),
  'AWS::S3::BucketPolicy': fold(context => {
    const { properties } = context
    const bucket = context.find(properties, 'Bucket', 'bucket')
    const policy = policyDocumentOf(properties, 'PolicyDocument')
    if (bucket !== undefined) context.update(bucket, 'bucket', old => ({ ...old, policy }))
  }),
  'Custom::S3BucketNotifications': fold(context => {
    const { properties } = context
    properties.withoutEffect({
      ServiceToken: 'the configuration is set natively, no function runs',
      Managed: 'the bucket is of these stacks',
      SkipDestinationValidation: 'a receiver that is missing is told by the journal',
    })
    const bucket = context.find(properties, 'BucketName', 'bucket')
    const configured = customNotifications(properties.requiredObject('NotificationConfiguration'))
    if (bucket !== undefined) context.update(bucket, 'bucket', old => ({ ...old, notifications: configured }))
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

function encryption(properties: PropertyReader): Pick<Bucket, 'encryption' | 'encryptionKey'> {
  const [rule] = properties.object('BucketEncryption')?.objects('ServerSideEncryptionConfiguration') ?? []
  rule?.withoutEffect({ BucketKeyEnabled: 'it saves calls of KMS, which are not made here' })
  const byDefault = rule?.object('ServerSideEncryptionByDefault')
  const algorithm = byDefault?.oneOf('SSEAlgorithm', ['AES256', 'aws:kms', 'aws:kms:dsse'])
  const encryptionKey = byDefault?.text('KMSMasterKeyID')
  return { encryption: algorithm ?? 'AES256', ...(encryptionKey === undefined ? {} : { encryptionKey }) }
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
    const noncurrent = rule.object('NoncurrentVersionExpiration')
    const noncurrentDays = noncurrent?.number('NoncurrentDays') ?? rule.number('NoncurrentVersionExpirationInDays')
    const tags = Object.fromEntries(
      rule.objects('TagFilters').map(tag => [tag.requiredText('Key'), tag.requiredText('Value')]),
    )
    const made = {
      ...defined('id', rule.text('Id')),
      prefix: rule.text('Prefix') ?? '',
      ...(Object.keys(tags).length > 0 ? { objectTags: tags } : {}),
      ...defined('largerThan', rule.number('ObjectSizeGreaterThan')),
      ...defined('smallerThan', rule.number('ObjectSizeLessThan')),
      ...defined('expireAfter', inDays(rule.number('ExpirationInDays'))),
      ...defined('expireAt', dateOf(rule, 'ExpirationDate')),
      ...defined('removeLoneMarkers', rule.boolean('ExpiredObjectDeleteMarker')),
      ...defined('expireNoncurrentAfter', inDays(noncurrentDays)),
      ...defined('keptNoncurrent', noncurrent?.number('NewerNoncurrentVersions')),
      ...defined(
        'abortIncompleteUploadsAfter',
        inDays(rule.object('AbortIncompleteMultipartUpload')?.number('DaysAfterInitiation')),
      ),
    }
    return rule.text('Status') === 'Enabled' ? [made] : []
  })
  return read.length > 0 ? { lifecycle: read } : {}
}

const inDays = (count: number | undefined) => (count === undefined ? undefined : days(count))

function dateOf(rule: PropertyReader, key: string): number | undefined {
  const text = rule.text(key)
  if (text === undefined) return undefined
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw rule.bad(key, 'a date such as 2026-12-24T00:00:00Z')
  return at
}

/** What each kind of receiver is called in `NotificationConfiguration`. */
const RECEIVERS = [
  { list: 'LambdaConfigurations', target: 'Function' },
  { list: 'QueueConfigurations', target: 'Queue' },
  { list: 'TopicConfigurations', target: 'Topic' },
] as const

function notifications(properties: PropertyReader): Pick<Bucket, 'notifications'> {
  const configuration = properties.object('NotificationConfiguration')
  if (!configuration) return {}
  const bus = configuration.object('EventBridgeConfiguration')
  const eventBridge = bus !== undefined && (bus.boolean('EventBridgeEnabled') ?? true)
  const targets = RECEIVERS.flatMap(({ list, target }) =>
    configuration.objects(list).map(
      (each): BucketNotificationTarget => ({
        target: each.requiredText(target),
        events: [each.requiredText('Event')],
        ...keyFilter(each),
      }),
    ),
  )
  return eventBridge || targets.length > 0 ? { notifications: { eventBridge, targets } } : {}
}

/** As the construct's function hands it to PutBucketNotificationConfiguration. aws-cdk-lib "aws-s3", notifications resource. */
function customNotifications(configuration: PropertyReader): BucketNotifications {
  const targets = [
    { list: 'LambdaFunctionConfigurations', target: 'LambdaFunctionArn' },
    { list: 'QueueConfigurations', target: 'QueueArn' },
    { list: 'TopicConfigurations', target: 'TopicArn' },
  ].flatMap(({ list, target }) =>
    configuration.objects(list).map((each): BucketNotificationTarget => {
      const rules = each.object('Filter')?.object('Key')?.objects('FilterRules') ?? []
      return {
        ...defined('id', each.text('Id')),
        target: each.requiredText(target),
        events: each.texts('Events'),
        ...filterOf(rules),
      }
    }),
  )
  return { eventBridge: configuration.object('EventBridgeConfiguration') !== undefined, targets }
}

function keyFilter(target: PropertyReader): Pick<BucketNotificationTarget, 'prefix' | 'suffix'> {
  return filterOf(target.object('Filter')?.object('S3Key')?.objects('Rules') ?? [])
}

function filterOf(rules: readonly PropertyReader[]): Pick<BucketNotificationTarget, 'prefix' | 'suffix'> {
  const values = new Map(rules.map(rule => [rule.requiredText('Name').toLowerCase(), rule.requiredText('Value')]))
  return { prefix: values.get('prefix') ?? '', suffix: values.get('suffix') ?? '' }
}

function cors(properties: PropertyReader): Pick<Bucket, 'cors'> {
  const rules = properties.object('CorsConfiguration')?.objects('CorsRules') ?? []
  const read = rules.map((rule): BucketCorsRule => {
    const maxAge = rule.number('MaxAge')
    return {
      ...defined('id', rule.text('Id')),
      allowedOrigins: rule.texts('AllowedOrigins'),
      allowedMethods: rule.texts('AllowedMethods'),
      allowedHeaders: rule.texts('AllowedHeaders'),
      exposedHeaders: rule.texts('ExposedHeaders'),
      ...(maxAge === undefined ? {} : { maxAge: seconds(maxAge) }),
    }
  })
  return read.length > 0 ? { cors: read } : {}
}

const defined = <K extends string, V>(name: K, value: V | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { readonly [name in K]?: V }
