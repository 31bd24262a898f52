import { digest, HEX } from '@terrace/kit'
import { NotEmulated } from '../../../gateway/errors.ts'
import { namedList } from '../../../gateway/xml.ts'
import type { BucketCall } from '../call.ts'
import { readCors, writeCors } from '../cors.ts'
import { ENCRYPTION_ALGORITHMS } from '../encryption.ts'
import { InvalidTargetBucketForLogging, MalformedXml, NoConfiguration } from '../errors.ts'
import { readLifecycle, writeLifecycle } from '../lifecycle/configuration.ts'
import { MOST_BUCKET_TAGS } from '../limits.ts'
import { readNotifications, writeNotifications } from '../notifications/configuration.ts'
import { tagsOfXml } from '../tags.ts'
import { clears, sets, tells } from './configuration.ts'

/** An id for a rule that has none. */
const idsFor = ({ exchange }: BucketCall) => {
  let count = 0
  return () => digest(`${exchange.requestId} ${count++}`, 48, HEX)
}

export const getBucketVersioning = tells('GetBucketVersioning', 'VersioningConfiguration', ({ bucket }) => ({
  Status: bucket.settings.versioning,
}))

export const putBucketVersioning = sets({
  action: 'PutBucketVersioning',
  root: 'VersioningConfiguration',
  read(root) {
    const versioning = root.oneOf('Status', ['Enabled', 'Suspended'])
    if (!versioning) throw new MalformedXml()
    if (root.oneOf('MfaDelete', ['Enabled', 'Disabled']) === 'Enabled')
      throw new NotEmulated('MfaDelete of PutBucketVersioning')
    return { versioning }
  },
})

export const getBucketEncryption = tells(
  'GetEncryptionConfiguration',
  'ServerSideEncryptionConfiguration',
  ({ bucket }) => {
    const { algorithm, keyId, bucketKey } = bucket.settings.encryption
    return {
      Rule: {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId },
        BucketKeyEnabled: bucketKey ?? false,
      },
    }
  },
)

export const putBucketEncryption = sets({
  action: 'PutEncryptionConfiguration',
  root: 'ServerSideEncryptionConfiguration',
  read(root) {
    const rule = root.child('Rule')
    const byDefault = rule?.child('ApplyServerSideEncryptionByDefault')
    const algorithm = byDefault?.oneOf('SSEAlgorithm', ENCRYPTION_ALGORITHMS)
    const keyId = byDefault?.text('KMSMasterKeyID')
    if (!rule || !algorithm || (keyId !== undefined && algorithm === 'AES256')) throw new MalformedXml()
    const bucketKey = rule.flag('BucketKeyEnabled')
    return {
      encryption: {
        algorithm,
        ...(keyId === undefined ? {} : { keyId }),
        ...(bucketKey === undefined ? {} : { bucketKey }),
      },
    }
  },
})

/** Back to what every bucket has at least. */
export const deleteBucketEncryption = clears('PutEncryptionConfiguration', { encryption: { algorithm: 'AES256' } })

export const getBucketLifecycleConfiguration = tells(
  'GetLifecycleConfiguration',
  'LifecycleConfiguration',
  ({ bucket }) => {
    if (bucket.settings.lifecycle.length > 0) return writeLifecycle(bucket.settings.lifecycle)
    const message = 'The lifecycle configuration does not exist'
    throw new NoConfiguration('NoSuchLifecycleConfiguration', message, bucket.name)
  },
)

export const putBucketLifecycleConfiguration = sets({
  action: 'PutLifecycleConfiguration',
  root: 'LifecycleConfiguration',
  read: (root, call) => ({ lifecycle: readLifecycle(root, idsFor(call)) }),
})

export const deleteBucketLifecycle = clears('PutLifecycleConfiguration', { lifecycle: [] })

export const getBucketCors = tells('GetBucketCORS', 'CORSConfiguration', ({ bucket }) => {
  if (bucket.settings.cors.length > 0) return writeCors(bucket.settings.cors)
  throw new NoConfiguration('NoSuchCORSConfiguration', 'The CORS configuration does not exist', bucket.name)
})

export const putBucketCors = sets({
  action: 'PutBucketCORS',
  root: 'CORSConfiguration',
  read: root => ({ cors: readCors(root) }),
})

export const deleteBucketCors = clears('PutBucketCORS', { cors: [] })

export const getBucketLogging = tells('GetBucketLogging', 'BucketLoggingStatus', ({ bucket }) => {
  const { accessLogs } = bucket.settings
  return accessLogs
    ? { LoggingEnabled: { TargetBucket: accessLogs.bucket, TargetPrefix: accessLogs.prefix || '' } }
    : ''
})

export const putBucketLogging = sets({
  action: 'PutBucketLogging',
  root: 'BucketLoggingStatus',
  read(root, { state }) {
    const enabled = root.child('LoggingEnabled')
    if (!enabled) return { accessLogs: undefined }
    const bucket = enabled.required('TargetBucket')
    if (!state.find(bucket)) throw new InvalidTargetBucketForLogging(bucket)
    enabled.child('TargetObjectKeyFormat')?.child('SimplePrefix')
    return { accessLogs: { bucket, prefix: enabled.text('TargetPrefix') ?? '' } }
  },
})

export const getBucketNotificationConfiguration = tells(
  'GetBucketNotification',
  'NotificationConfiguration',
  ({ bucket }) => writeNotifications(bucket.settings.notifications),
)

/** Queues and topics get the test message before the configuration counts, unless the caller doesn't want it. */
export const putBucketNotificationConfiguration = sets({
  action: 'PutBucketNotification',
  root: 'NotificationConfiguration',
  read: (root, call) => ({ notifications: readNotifications(root, idsFor(call)) }),
  async check({ bucket, changes, exchange, header }, { notifications }) {
    const skipped = header('x-amz-skip-destination-validation') === 'true'
    if (notifications && !skipped) await changes.test(bucket, notifications, exchange.requestId)
  },
})

export const getBucketTagging = tells('GetBucketTagging', 'Tagging', ({ bucket }) => {
  const tags = Object.entries(bucket.settings.tags)
  if (tags.length === 0) throw new NoConfiguration('NoSuchTagSet', 'The TagSet does not exist', bucket.name)
  return {
    TagSet: namedList(
      'Tag',
      tags.map(([Key, Value]) => ({ Key, Value })),
    ),
  }
})

export const putBucketTagging = sets({
  action: 'PutBucketTagging',
  root: 'Tagging',
  read: root => ({ tags: tagsOfXml(root, MOST_BUCKET_TAGS) }),
})

export const deleteBucketTagging = clears('PutBucketTagging', { tags: {} })
