import { z } from 'zod'
import { type AwsApi, operation, shape, wireBoolean, wireInteger, wireList } from '../../gateway/api.ts'
import type { World } from '../../world.ts'
import type { Activity } from './activity.ts'
import { ValidationError } from './errors.ts'
import type { RunningGroup } from './group.ts'

/**
 * The operations of EC2 Auto Scaling that look at groups and change their capacity.
 * @see Amazon EC2 Auto Scaling API Reference, version 2011-01-01
 */
export function autoscalingApi(world: World, groups: readonly RunningGroup[]): AwsApi {
  const { region, account } = world.architecture
  const arnOf = (name: string) =>
    `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:*:autoScalingGroupName/${name}`
  const groupNamed = (name: string): RunningGroup => {
    const group = groups.find(({ definition }) => definition.name === name)
    if (group) return group
    throw new ValidationError(`AutoScalingGroup name not found - AutoScalingGroup: ${name} not found`)
  }
  const groupOfInstance = (id: string): RunningGroup => {
    const group = groups.find(({ members }) => members.some(({ instance }) => instance.id === id))
    if (group) return group
    throw new ValidationError(`Instance Id not found - No managed instance found for instance ID: ${id}`)
  }
  const anywhere = (action: string) => ({ action: `autoscaling:${action}`, resource: '*' })

  return {
    signingName: 'autoscaling',
    protocol: { kind: 'query', version: '2011-01-01', namespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/' },
    operations: [
      operation({
        name: 'DescribeAutoScalingGroups',
        input: shape({ AutoScalingGroupNames: wireList(z.string()).optional() }),
        authorize: () => anywhere('DescribeAutoScalingGroups'),
        run: ({ AutoScalingGroupNames: names }) => ({
          AutoScalingGroups: groups
            .filter(({ definition }) => !names?.length || names.includes(definition.name))
            .map(group => describeGroup(group, arnOf(group.definition.name))),
        }),
      }),
      operation({
        name: 'DescribeAutoScalingInstances',
        input: shape({ InstanceIds: wireList(z.string()).optional() }),
        authorize: () => anywhere('DescribeAutoScalingInstances'),
        run: ({ InstanceIds: ids }) => ({
          AutoScalingInstances: groups.flatMap(group =>
            describeInstances(group)
              .filter(({ InstanceId }) => !ids?.length || ids.includes(InstanceId))
              .map(instance => ({ ...instance, AutoScalingGroupName: group.definition.name })),
          ),
        }),
      }),
      operation({
        name: 'DescribeScalingActivities',
        input: shape({ AutoScalingGroupName: z.string().optional() }),
        authorize: () => anywhere('DescribeScalingActivities'),
        run: ({ AutoScalingGroupName: name }) => ({
          Activities: (name === undefined ? groups : [groupNamed(name)]).flatMap(group =>
            group.activities.map(activity => describeActivity(activity, group.definition.name)),
          ),
        }),
      }),
      operation({
        name: 'SetDesiredCapacity',
        input: shape({
          AutoScalingGroupName: z.string(),
          DesiredCapacity: wireInteger(),
          HonorCooldown: wireBoolean().optional(),
        }),
        authorize: ({ AutoScalingGroupName: name }) => ({
          action: 'autoscaling:SetDesiredCapacity',
          resource: arnOf(name),
        }),
        run({ AutoScalingGroupName: name, DesiredCapacity: desired }) {
          const group = groupNamed(name)
          const { minSize, maxSize } = group.definition
          if (desired < minSize) {
            throw new ValidationError(
              `New SetDesiredCapacity value ${desired} is below min value ${minSize} for the AutoScalingGroup.`,
            )
          }
          if (desired > maxSize) {
            throw new ValidationError(
              `New SetDesiredCapacity value ${desired} is above max value ${maxSize} for the AutoScalingGroup.`,
            )
          }
          inBackground(world, group, group.setDesiredCapacity(desired))
          return {}
        },
      }),
      operation({
        name: 'TerminateInstanceInAutoScalingGroup',
        input: shape({ InstanceId: z.string(), ShouldDecrementDesiredCapacity: wireBoolean() }),
        authorize: () => anywhere('TerminateInstanceInAutoScalingGroup'),
        run({ InstanceId: id, ShouldDecrementDesiredCapacity: decrement }) {
          const group = groupOfInstance(id)
          if (decrement && group.desired - 1 < group.definition.minSize) {
            throw new ValidationError(
              `Currently, desiredSize equals minSize (${group.definition.minSize}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
            )
          }
          inBackground(world, group, group.terminateInstance(id, decrement))
          const [activity] = group.activities
          return activity ? { Activity: describeActivity(activity, group.definition.name) } : {}
        },
      }),
    ],
  }
}

// The call is answered when the activity has begun; it goes on by itself, as on AWS.
function inBackground(world: World, group: RunningGroup, activity: Promise<void>): void {
  activity.catch(error => {
    world.journal.write({ kind: 'autoscaling.failed', node: group.definition.id, message: String(error) })
  })
}

function describeGroup(group: RunningGroup, arn: string) {
  const { definition } = group
  return {
    AutoScalingGroupName: definition.name,
    AutoScalingGroupARN: arn,
    MinSize: definition.minSize,
    MaxSize: definition.maxSize,
    DesiredCapacity: group.desired,
    DefaultCooldown: definition.defaultCooldown / 1000,
    AvailabilityZones: group.zones,
    HealthCheckType: definition.healthChecks.elb ? 'ELB' : 'EC2',
    HealthCheckGracePeriod: definition.healthChecks.gracePeriod / 1000,
    Instances: describeInstances(group),
    TerminationPolicies: definition.terminationPolicies,
    EnabledMetrics: definition.groupMetrics.map(Metric => ({ Metric, Granularity: '1Minute' })),
  }
}

const describeInstances = (group: RunningGroup) =>
  group.members.map(({ instance, state, healthStatus }) => ({
    InstanceId: instance.id,
    InstanceType: instance.machine.instanceType,
    AvailabilityZone: instance.zone,
    LifecycleState: state,
    HealthStatus: healthStatus,
    ProtectedFromScaleIn: false,
  }))

const describeActivity = (activity: Activity, groupName: string) => ({
  ActivityId: activity.id,
  AutoScalingGroupName: groupName,
  Description: activity.description,
  Cause: activity.cause,
  StartTime: new Date(activity.startedAt).toISOString(),
  ...(activity.endedAt === undefined ? {} : { EndTime: new Date(activity.endedAt).toISOString() }),
  StatusCode: activity.status,
  Progress: activity.status === 'Successful' ? 100 : 50,
})
