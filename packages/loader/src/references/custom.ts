import type { IdentityTable, Subject } from './identity.ts'
import { arn, ec2Id, generatedName, uuid } from './ids.ts'

const stackId = (s: Subject) => arn(s, 'cloudformation', `stack/${generatedName(s)}/${uuid(s)}`)
const logGroupName = (s: Subject) => s.text('LogGroupName') ?? ''

/** CloudFormation's own types and the custom resources of CDK constructs that are understood. */
export const custom: IdentityTable = {
  'AWS::CDK::Metadata': { ref: generatedName },
  'AWS::CloudFormation::WaitCondition': {
    ref: s => arn(s, 'cloudformation', `stack/${s.stack}/${uuid(s)}/${s.logicalId}`),
    attributes: { Data: () => undefined, Id: generatedName },
  },
  'AWS::CloudFormation::WaitConditionHandle': {
    ref: s => `https://cloudformation-waitcondition-${s.region}.s3.${s.urlSuffix}/${s.stack}/${uuid(s)}/${s.logicalId}`,
  },
  'AWS::CloudFormation::Stack': { ref: stackId },
  'Custom::CDKBucketDeployment': {
    ref: ec2Id('aws.cdk.s3deployment'),
    attributes: {
      DestinationBucketArn: s =>
        s.has('DestinationBucketArn')
          ? s.text('DestinationBucketArn')
          : `arn:${s.partition}:s3:::${s.text('DestinationBucketName') ?? ''}`,
      SourceObjectKeys: s => s.texts('SourceObjectKeys'),
    },
  },
  'Custom::ECRAutoDeleteImages': { ref: generatedName },
  'Custom::S3BucketNotifications': { ref: generatedName },
  'Custom::LogRetention': {
    ref: logGroupName,
    attributes: { LogGroupName: logGroupName, LogGroupArn: s => arn(s, 'logs', `log-group:${logGroupName(s)}:*`) },
  },
  'Custom::VpcRestrictDefaultSG': { ref: generatedName },
  'Custom::S3AutoDeleteObjects': { ref: generatedName },
}
