import { getNode, type Machine, nodesOf } from '@terrace/model'
import type { World } from '../../../world.ts'
import { type Activity, progressOf } from '../activities.ts'
import type { RunningGroup } from '../group.ts'
import type { Member } from '../member.ts'
import { inSeconds, isoTime } from './view.ts'

/** API Reference, "AutoScalingGroup". */
export function describeGroup(world: World, group: RunningGroup) {
  const { definition, state } = group
  const { architecture } = world
  const targets = definition.targetGroups.map(node => getNode(architecture, node, 'targetGroup').arn)
  return {
    AutoScalingGroupName: definition.name,
    AutoScalingGroupARN: state.arn,
    LaunchTemplate: describeTemplate(world, definition.machine),
    MinSize: definition.minSize,
    MaxSize: definition.maxSize,
    DesiredCapacity: group.desired,
    DefaultCooldown: inSeconds(definition.defaultCooldown),
    AvailabilityZones: group.zones,
    LoadBalancerNames: [],
    TargetGroupARNs: targets,
    HealthCheckType: definition.healthChecks.elb ? 'ELB' : 'EC2',
    HealthCheckGracePeriod: inSeconds(definition.healthChecks.gracePeriod),
    Instances: group.members.map(member => describeMember(world, member)),
    CreatedTime: isoTime(state.createdAt),
    SuspendedProcesses: state.processes.all.map(({ process, reason }) => ({
      ProcessName: process,
      SuspensionReason: reason,
    })),
    VPCZoneIdentifier: definition.subnets.map(id => getNode(architecture, id, 'subnet').physicalId).join(','),
    EnabledMetrics: definition.groupMetrics.map(Metric => ({ Metric, Granularity: '1Minute' })),
    Tags: describeTags(group),
    TerminationPolicies: definition.terminationPolicies,
    NewInstancesProtectedFromScaleIn: definition.newInstancesProtected,
    ServiceLinkedRoleARN: `arn:aws:iam::${architecture.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    MaxInstanceLifetime:
      definition.maxInstanceLifetime === undefined ? undefined : inSeconds(definition.maxInstanceLifetime),
    DefaultInstanceWarmup:
      definition.defaultInstanceWarmup === undefined ? undefined : inSeconds(definition.defaultInstanceWarmup),
    TrafficSources: targets.map(Identifier => ({ Identifier, Type: 'elbv2' })),
    InstanceMaintenancePolicy: definition.maintenance && {
      MinHealthyPercentage: definition.maintenance.minHealthyPercentage,
      MaxHealthyPercentage: definition.maintenance.maxHealthyPercentage,
    },
    AvailabilityZoneDistribution: { CapacityDistributionStrategy: definition.zoneDistribution },
  }
}

/** API Reference, "Instance". */
export const describeMember = (world: World, { instance, state, healthStatus, protectedFromScaleIn }: Member) => ({
  InstanceId: instance.id,
  InstanceType: instance.machine.instanceType,
  AvailabilityZone: instance.zone,
  LifecycleState: state,
  HealthStatus: healthStatus,
  LaunchTemplate: describeTemplate(world, instance.machine),
  ProtectedFromScaleIn: protectedFromScaleIn,
})

// The model has one version of each launch template.
function describeTemplate(world: World, machine: Machine) {
  const template = nodesOf(world.architecture, 'launchTemplate').find(
    node => node.machine === machine || JSON.stringify(node.machine) === JSON.stringify(machine),
  )
  return template && { LaunchTemplateId: template.physicalId, LaunchTemplateName: template.name, Version: '1' }
}

/** API Reference, "TagDescription". */
export const describeTags = (group: RunningGroup) =>
  group.tags.all.map(({ key, value, propagateAtLaunch }) => ({
    ResourceId: group.definition.name,
    ResourceType: 'auto-scaling-group',
    Key: key,
    Value: value,
    PropagateAtLaunch: propagateAtLaunch,
  }))

/** API Reference, "Activity". */
export const describeActivity = (activity: Activity, group: RunningGroup) => ({
  ActivityId: activity.id,
  AutoScalingGroupName: group.definition.name,
  Description: activity.description,
  Cause: activity.cause,
  StartTime: isoTime(activity.startedAt),
  EndTime: activity.endedAt === undefined ? undefined : isoTime(activity.endedAt),
  StatusCode: activity.status,
  StatusMessage: activity.statusMessage,
  Progress: progressOf(activity),
  Details: JSON.stringify({ 'Subnet ID': activity.details.subnet, 'Availability Zone': activity.details.zone }),
  AutoScalingGroupARN: group.state.arn,
})
