import type { IdentityTable, Subject } from './identity.ts'
import { arn, nameOf, uuid } from './ids.ts'

const groupName = nameOf('AutoScalingGroupName')
const groupArn = (subject: Subject) =>
  arn(subject, 'autoscaling', `autoScalingGroup:${uuid(subject)}:autoScalingGroupName/${groupName(subject)}`)
const policyName = nameOf('PolicyName')
const policyArn = (subject: Subject) =>
  arn(
    subject,
    'autoscaling',
    `scalingPolicy:${uuid(subject)}:autoScalingGroupName/${subject.text('AutoScalingGroupName') ?? ''}:policyName/${policyName(subject)}`,
  )
const targetId = (subject: Subject) =>
  ['ResourceId', 'ScalableDimension', 'ServiceNamespace'].map(key => subject.text(key) ?? '').join('|')
/** `resource/ecs/service/<cluster>/<service>` of what is scaled, from the id of the target or from its parts. */
function scaledResource(subject: Subject): string {
  const [resourceId = '', , namespace = ''] = (subject.text('ScalingTargetId') ?? targetId(subject)).split('|')
  return `resource/${namespace}/${resourceId}`
}
const applicationPolicyArn = (subject: Subject) =>
  arn(
    subject,
    'autoscaling',
    `scalingPolicy:${uuid(subject)}:${scaledResource(subject)}:policyName/${policyName(subject)}`,
  )

/** EC2 Auto Scaling and Application Auto Scaling. */
export const scaling: IdentityTable = {
  'AWS::AutoScaling::AutoScalingGroup': { ref: groupName, attributes: { AutoScalingGroupARN: groupArn } },
  'AWS::AutoScaling::LaunchConfiguration': { ref: nameOf('LaunchConfigurationName') },
  'AWS::AutoScaling::ScalingPolicy': { ref: policyArn, attributes: { Arn: policyArn, PolicyName: policyName } },
  'AWS::AutoScaling::ScheduledAction': {
    ref: nameOf('ScheduledActionName'),
    attributes: { ScheduledActionName: nameOf('ScheduledActionName') },
  },
  'AWS::AutoScaling::LifecycleHook': { ref: nameOf('LifecycleHookName') },
  'AWS::AutoScaling::WarmPool': { ref: s => s.text('AutoScalingGroupName') ?? '' },
  'AWS::ApplicationAutoScaling::ScalableTarget': { ref: targetId, attributes: { Id: targetId } },
  'AWS::ApplicationAutoScaling::ScalingPolicy': {
    ref: applicationPolicyArn,
    attributes: { Arn: applicationPolicyArn },
  },
}
