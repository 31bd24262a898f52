import type { Stop } from '@terrace/kit'
import { sendEvent } from '../../events.ts'
import { type Activity, progressOf } from './activities.ts'
import type { GroupState } from './group-state.ts'

/**
 * What a group can tell a topic.
 * @see Amazon EC2 Auto Scaling API Reference, "DescribeAutoScalingNotificationTypes"
 */
export const NOTIFICATION_TYPES = [
  'autoscaling:EC2_INSTANCE_LAUNCH',
  'autoscaling:EC2_INSTANCE_LAUNCH_ERROR',
  'autoscaling:EC2_INSTANCE_TERMINATE',
  'autoscaling:EC2_INSTANCE_TERMINATE_ERROR',
  'autoscaling:TEST_NOTIFICATION',
] as const

const SUBJECTS: Readonly<Record<string, string>> = {
  'autoscaling:EC2_INSTANCE_LAUNCH': 'launch',
  'autoscaling:EC2_INSTANCE_LAUNCH_ERROR': 'failed launch',
  'autoscaling:EC2_INSTANCE_TERMINATE': 'termination',
  'autoscaling:EC2_INSTANCE_TERMINATE_ERROR': 'failed termination',
  'autoscaling:TEST_NOTIFICATION': 'test notification',
}

/** Tells EventBridge and the group's topics of every launch and termination that has ended. */
export function sendNotices(state: GroupState): Stop {
  for (const { topic, types } of state.definition.notifications) sendTestNotification(state, topic, types)
  return state.activities.onEnd(activity => {
    if (activity.kind === 'other') return
    const succeeded = activity.status === 'Successful'
    sendActivityEvent(state, activity, succeeded)
    const what = activity.kind === 'launch' ? 'LAUNCH' : 'TERMINATE'
    notify(state, `autoscaling:EC2_INSTANCE_${what}${succeeded ? '' : '_ERROR'}`, activityMessage(activity))
  })
}

/** What a topic is sent when it is added to a group, if that type is among those it wants. */
export function sendTestNotification(state: GroupState, topic: string, types: readonly string[]): void {
  const type = 'autoscaling:TEST_NOTIFICATION'
  if (types.includes(type)) publish(state, topic, type, {})
}

/** @see Amazon EC2 Auto Scaling User Guide, "Amazon EC2 Auto Scaling event reference" */
function sendActivityEvent(state: GroupState, activity: Activity, succeeded: boolean): void {
  const { architecture, random } = state.world
  const { region, account } = architecture
  const { instance } = activity
  const resources = instance ? [`arn:aws:ec2:${region}:${account}:instance/${instance}`] : []
  sendEvent(state.world, {
    source: 'aws.autoscaling',
    detailType: `EC2 Instance ${activity.kind === 'launch' ? 'Launch' : 'Terminate'} ${succeeded ? 'Successful' : 'Unsuccessful'}`,
    resources: [state.arn, ...resources],
    detail: {
      StatusCode: succeeded ? 'InProgress' : activity.status,
      AutoScalingGroupName: state.definition.name,
      ActivityId: activity.id,
      Details: detailsOf(activity),
      RequestId: random.uuid(),
      ...common(activity),
    },
  })
}

const detailsOf = ({ details }: Activity) => ({ 'Availability Zone': details.zone, 'Subnet ID': details.subnet })

const common = (activity: Activity) => ({
  Description: activity.description,
  Cause: activity.cause,
  StartTime: new Date(activity.startedAt).toISOString(),
  EndTime: new Date(activity.endedAt ?? activity.startedAt).toISOString(),
  StatusMessage: activity.statusMessage ?? '',
  EC2InstanceId: activity.instance ?? '',
})

const activityMessage = (activity: Activity) => ({
  ...common(activity),
  ActivityId: activity.id,
  StatusCode: activity.status === 'Successful' ? 'InProgress' : activity.status,
  Progress: activity.status === 'Successful' ? 50 : progressOf(activity),
  Details: detailsOf(activity),
})

function notify(state: GroupState, type: string, content: Readonly<Record<string, unknown>>): void {
  for (const { topic, types } of state.definition.notifications)
    if (types.includes(type)) publish(state, topic, type, content)
}

/** @see Amazon EC2 Auto Scaling User Guide, "Amazon SNS notification options for Amazon EC2 Auto Scaling" */
function publish(state: GroupState, topic: string, type: string, content: Readonly<Record<string, unknown>>): void {
  const { architecture, clock, random, deliveries } = state.world
  const body = {
    Service: 'AWS Auto Scaling',
    Time: new Date(clock.now()).toISOString(),
    RequestId: random.uuid(),
    Event: type,
    AccountId: architecture.account,
    AutoScalingGroupARN: state.arn,
    AutoScalingGroupName: state.definition.name,
    ...content,
  }
  void deliveries.deliver({
    to: topic,
    from: { kind: 'service', service: 'autoscaling.amazonaws.com', sourceArn: state.arn },
    body: JSON.stringify(body),
    subject: `Auto Scaling: ${SUBJECTS[type]} for group "${state.definition.name}"`,
  })
}
