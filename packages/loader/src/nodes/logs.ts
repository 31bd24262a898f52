import { type BuilderTable, node } from './build-context.ts'

/** Log groups of CloudWatch Logs. */
export const logs: BuilderTable = {
  'AWS::Logs::LogGroup': node(context => {
    const { properties, resource } = context
    properties.withoutEffect('LogGroupName', 'KmsKeyId', 'LogGroupClass', 'DeletionProtectionEnabled')
    const retentionDays = properties.number('RetentionInDays')
    return {
      ...context.base('logGroup'),
      name: resource.physicalId,
      arn: context.attribute('Arn'),
      ...(retentionDays === undefined ? {} : { retentionDays }),
    }
  }),
  // What CDK makes a log group with that belongs to a service, such as a database's.
  'Custom::LogRetention': node(context => {
    const { properties, resource } = context
    properties.withoutEffect('ServiceToken', 'LogGroupName', 'LogGroupRegion', 'SdkRetry', 'RemovalPolicy')
    const retentionDays = properties.number('RetentionInDays')
    return {
      ...context.base('logGroup'),
      name: resource.physicalId,
      arn: context.attribute('LogGroupArn'),
      ...(retentionDays === undefined ? {} : { retentionDays }),
    }
  }),
}
