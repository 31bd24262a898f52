import type { Architecture } from '@terrace/model'

/** A service that has a key of its own in every account. */
interface ManagedKey {
  readonly description: string
  /** As in `kms:ViaService`. */
  readonly via: string
}

const named = (what: string, via: string): ManagedKey => ({
  description: `Default key that protects my ${what} when no other key is defined`,
  via,
})

/** @see AWS KMS Developer Guide "AWS managed keys"; the documentation of each service */
const MANAGED: Readonly<Record<string, ManagedKey>> = {
  'alias/aws/dynamodb': named('DynamoDB data', 'dynamodb'),
  'alias/aws/ebs': named('EBS volumes', 'ec2'),
  'alias/aws/elasticfilesystem': named('EFS filesystems', 'elasticfilesystem'),
  'alias/aws/lambda': named('Lambda functions', 'lambda'),
  'alias/aws/rds': named('RDS database volumes', 'rds'),
  'alias/aws/s3': named('S3 objects', 's3'),
  'alias/aws/secretsmanager': named('Secrets Manager data', 'secretsmanager'),
  'alias/aws/sns': named('SNS data', 'sns'),
  'alias/aws/sqs': named('SQS messages', 'sqs'),
  'alias/aws/ssm': named('SSM parameters', 'ssm'),
}

/** The key of a service, which AWS makes when it is first asked for; nothing for other aliases. */
export const managedKeyOf = (alias: string): ManagedKey | undefined =>
  Object.hasOwn(MANAGED, alias) ? MANAGED[alias] : undefined

/**
 * The policy of such a key: whoever may use the service may use the key through it, and nobody else.
 * @see AWS KMS Developer Guide "AWS managed keys"; Systems Manager User Guide "AWS KMS encryption for SecureString"
 */
export const managedPolicy = ({ via }: ManagedKey, { account, region }: Architecture): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: `auto-${via}-1`,
    Statement: [
      {
        Sid: `Allow access through ${via} for all principals in the account that are authorized to use it`,
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey*',
          'kms:CreateGrant',
          'kms:DescribeKey',
        ],
        Resource: '*',
        Condition: {
          StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': `${via}.${region}.amazonaws.com` },
        },
      },
      {
        Sid: 'Allow direct access to key metadata to the account',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
        Resource: '*',
      },
    ],
  })
