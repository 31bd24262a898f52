import { NoConfiguration } from '../errors.ts'
import { tells } from './configuration.ts'

// What can't be set here is told as it is of a bucket where nobody has set it.

export const getBucketAccelerateConfiguration = tells('GetAccelerateConfiguration', 'AccelerateConfiguration', () => '')

export const getBucketRequestPayment = tells('GetBucketRequestPayment', 'RequestPaymentConfiguration', () => ({
  Payer: 'BucketOwner',
}))

export const getBucketReplication = tells('GetReplicationConfiguration', 'ReplicationConfiguration', ({ bucket }) => {
  const message = 'The replication configuration was not found'
  throw new NoConfiguration('ReplicationConfigurationNotFoundError', message, bucket.name)
})

export const getBucketWebsite = tells('GetBucketWebsite', 'WebsiteConfiguration', ({ bucket }) => {
  const message = 'The specified bucket does not have a website configuration'
  throw new NoConfiguration('NoSuchWebsiteConfiguration', message, bucket.name)
})

export const getObjectLockConfiguration = tells(
  'GetBucketObjectLockConfiguration',
  'ObjectLockConfiguration',
  ({ bucket }) => {
    const message = 'Object Lock configuration does not exist for this bucket'
    throw new NoConfiguration('ObjectLockConfigurationNotFoundError', message, bucket.name)
  },
)
