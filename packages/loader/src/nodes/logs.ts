import { type BuilderTable, node } from './build-context.ts'

/** Log groups of CloudWatch Logs. */
export const logs: BuilderTable = {
  'AWS::Logs::LogGroup': node(context => {
    const { properties, resource } = context
    properties.readElsewhere('LogGroupName')
    properties.withoutEffect({
      KmsKeyId: 'logs lie on this machine, not encrypted with a key of KMS',
      LogGroupClass: 'every group can do what the standard class can',
    })
    const key = 'DeletionProtectionEnabled'
    if (properties.boolean(key)) {
      const message = 'DeleteLogGroup deletes the group here all the same'
      context.gap('property', properties.pathOf(key), properties.placeOf(key).line, message)
    }
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
    properties.readElsewhere('LogGroupName')
    properties.withoutEffect({
      ServiceToken: 'the group is made natively, no function runs',
      LogGroupRegion: 'there is one region',
      SdkRetry: 'no call is made that could fail',
      RemovalPolicy: 'logs go with the state of the local cloud',
    })
    const retentionDays = properties.number('RetentionInDays')
    return {
      ...context.base('logGroup'),
      name: resource.physicalId,
      arn: context.attribute('LogGroupArn'),
      ...(retentionDays === undefined ? {} : { retentionDays }),
    }
  }),
}
