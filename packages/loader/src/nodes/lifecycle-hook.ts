import { seconds } from '@terrace/kit'
import type { LifecycleHook } from '@terrace/model'
import { type BuilderTable, fold } from './build-context.ts'
import type { PropertyReader } from './property-reader.ts'

/**
 * A lifecycle hook, written inside its group or as a resource of its own.
 *
 * @see "AWS::AutoScaling::LifecycleHook" in the CloudFormation Template Reference: 3600 s, ABANDON
 */
export function lifecycleHookOf(reader: PropertyReader, name: string): LifecycleHook {
  const transition = reader.oneOf('LifecycleTransition', [
    'autoscaling:EC2_INSTANCE_LAUNCHING',
    'autoscaling:EC2_INSTANCE_TERMINATING',
  ])
  if (!transition) throw reader.bad('LifecycleTransition', 'the transition at which instances wait')
  const notificationTarget = reader.text('NotificationTargetARN')
  const notificationMetadata = reader.text('NotificationMetadata')
  const role = reader.text('RoleARN')
  return {
    name,
    transition,
    heartbeatTimeout: seconds(reader.number('HeartbeatTimeout', { least: 30, most: 7200 }) ?? 3600),
    defaultResult: reader.oneOf('DefaultResult', ['ABANDON', 'CONTINUE']) ?? 'ABANDON',
    ...(notificationTarget ? { notificationTarget } : {}),
    ...(notificationMetadata === undefined ? {} : { notificationMetadata }),
    ...(role === undefined ? {} : { role }),
  }
}

/** Hooks that are resources: CloudFormation makes them after the group, whose first instances don't wait for them. */
export const lifecycleHook: BuilderTable = {
  'AWS::AutoScaling::LifecycleHook': fold(context => {
    const { properties, resource } = context
    properties.readElsewhere('LifecycleHookName')
    const hook = lifecycleHookOf(properties, resource.physicalId)
    const group = context.find(properties, 'AutoScalingGroupName', 'autoScalingGroup')
    if (group === undefined) return
    context.update(group, 'autoScalingGroup', old => ({
      ...old,
      lifecycleHooks: [...old.lifecycleHooks, { ...hook, addedLater: true }],
    }))
  }),
}
