import { displayName, nodesOf } from '@terrace/model'
import type { MissingFeature } from './feature.ts'

const BUCKET = 'AWS::S3::Bucket'
const DATABASE = 'AWS::RDS::DBInstance'

/** Buckets and databases. */
export const DATA: readonly MissingFeature[] = [
  {
    properties: ['SSEAlgorithm', 'KMSMasterKeyID'].map(
      property =>
        `${BUCKET} BucketEncryption.ServerSideEncryptionConfiguration[].ServerSideEncryptionByDefault.${property}`,
    ),
    partly: true,
    askedFor: architecture =>
      nodesOf(architecture, 'bucket')
        .filter(({ encryption = 'AES256' }) => encryption !== 'AES256')
        .map(bucket => `encryption of ${displayName(bucket)} with ${bucket.encryption}`),
    consequence: 'objects are read and written without permission for a key',
  },
  {
    properties: [`${DATABASE} EnableCloudwatchLogsExports`],
    partly: true,
    askedFor: architecture =>
      nodesOf(architecture, 'dbInstance').flatMap(({ identifier, logExports = [] }) =>
        logExports
          .filter(log => log !== 'error' && log !== 'postgresql')
          .map(log => `export of the log ${log} of ${identifier}`),
      ),
    consequence: 'errors and warnings alone reach CloudWatch Logs',
  },
  {
    properties: [`${DATABASE} PubliclyAccessible`],
    askedFor: architecture =>
      nodesOf(architecture, 'dbInstance')
        .filter(({ publiclyAccessible }) => publiclyAccessible)
        .map(({ identifier }) => `the public address of ${identifier}`),
    consequence: 'a database is reached from inside the VPC alone',
  },
]
