import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { checkSchedule } from './schedule.ts'
import type { PostgresProcess } from './workload.ts'

const NAME = /^[a-z_][a-z0-9_]{0,62}$/
const PATH = /^(\/[A-Za-z0-9._-]+)+$/

/** @throws when one of its parts would not survive its way through the script that starts it */
export function checkPostgres({ version, database, username, data, backups }: PostgresProcess): void {
  const refuse = (what: string, value: string, allowed: string) => {
    throw new Error(`the PostgreSQL process: ${what} "${value}" is not possible; ${allowed}`)
  }
  if (!/^\d+(\.\d+)?$/.test(version)) refuse('version', version, 'give a number such as 16')
  if (!NAME.test(database)) refuse('database', database, 'use small letters, digits and underscores')
  if (!NAME.test(username)) refuse('username', username, 'use small letters, digits and underscores')
  if (!PATH.test(data)) refuse('data', data, 'give an absolute path such as /data/postgres')
  if (!backups) return
  if (!/^([A-Za-z0-9._-]+\/)+$/.test(backups.key)) refuse('key', backups.key, 'give a prefix such as backups/')
  if (!Number.isInteger(backups.keep) || backups.keep < 1) refuse('keep', String(backups.keep), 'give 1 or more')
  checkSchedule(backups.schedule)
}

/** What the role of the instance needs for its PostgreSQL, and no more: the password, and its own dumps. */
export function postgresStatements({ password, backups }: PostgresProcess): readonly PolicyStatement[] {
  const secret =
    'parameterArn' in password
      ? new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [password.parameterArn] })
      : new PolicyStatement({
          actions: ['secretsmanager:GetSecretValue'],
          resources: [('secret' in password ? password.secret : password).secretArn],
        })
  if (!backups) return [secret]
  const { bucket, key } = backups
  return [
    secret,
    new PolicyStatement({
      sid: 'Dumps',
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      resources: [bucket.arnForObjects(`${key}*`)],
    }),
    new PolicyStatement({
      sid: 'ListDumps',
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': `${key}*` } },
    }),
  ]
}
