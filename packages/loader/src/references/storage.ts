import type { IdentityTable, Subject } from './identity.ts'
import { arn, ec2Id, nameOf, uuid } from './ids.ts'

const bucketName = (subject: Subject) => nameOf('BucketName', { most: 63, lower: true })(subject)
const fileSystem = ec2Id('fs')
const tableArn = (subject: Subject) => arn(subject, 'dynamodb', `table/${nameOf('TableName')(subject)}`)
const streamArn = (subject: Subject) => `${tableArn(subject)}/stream/2026-01-01T00:00:00.000`

/** S3, EFS and DynamoDB. */
export const storage: IdentityTable = {
  'AWS::S3::Bucket': {
    ref: bucketName,
    attributes: {
      Arn: s => `arn:${s.partition}:s3:::${bucketName(s)}`,
      DomainName: s => `${bucketName(s)}.s3.${s.urlSuffix}`,
      RegionalDomainName: s => `${bucketName(s)}.s3.${s.region}.${s.urlSuffix}`,
      DualStackDomainName: s => `${bucketName(s)}.s3.dualstack.${s.region}.${s.urlSuffix}`,
      WebsiteURL: s => `http://${bucketName(s)}.s3-website-${s.region}.${s.urlSuffix}`,
    },
    alsoKnownBy: ['Arn'],
  },
  'AWS::S3::BucketPolicy': { ref: s => s.text('Bucket') ?? '' },
  'AWS::EFS::FileSystem': {
    ref: fileSystem,
    attributes: { FileSystemId: fileSystem, Arn: s => arn(s, 'elasticfilesystem', `file-system/${fileSystem(s)}`) },
  },
  'AWS::EFS::MountTarget': { ref: ec2Id('fsmt'), attributes: { Id: ec2Id('fsmt'), IpAddress: () => undefined } },
  'AWS::EFS::AccessPoint': {
    ref: ec2Id('fsap'),
    attributes: {
      AccessPointId: ec2Id('fsap'),
      Arn: s => arn(s, 'elasticfilesystem', `access-point/${ec2Id('fsap')(s)}`),
    },
  },
  'AWS::DynamoDB::GlobalTable': {
    ref: nameOf('TableName'),
    attributes: { Arn: tableArn, StreamArn: streamArn, TableId: s => uuid(s) },
    alsoKnownBy: ['Arn'],
  },
  'AWS::DynamoDB::Table': {
    ref: nameOf('TableName'),
    attributes: { Arn: tableArn, StreamArn: streamArn },
    alsoKnownBy: ['Arn'],
  },
}
