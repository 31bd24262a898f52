import { seconds } from '@terrace/kit'
import {
  type AutoScalingGroup,
  GROUP_METRICS,
  type GroupPolicy,
  type Machine,
  type ScalingPolicy,
} from '@terrace/model'
import { type BuildContext, type BuilderTable, node, notModelled } from './build-context.ts'
import { groupCreationOf } from './creation-policy.ts'
import { launchedMachine } from './launch-source.ts'
import { lifecycleHookOf } from './lifecycle-hook.ts'
import type { PropertyReader } from './property-reader.ts'
import { adjustmentTypeOf, stepScalingOf, targetTrackingOf } from './scaling-policy.ts'
import { groupUpdateOf } from './update-policy.ts'

const PREDEFINED_METRICS = [
  'ASGAverageCPUUtilization',
  'ASGAverageNetworkIn',
  'ASGAverageNetworkOut',
  'ALBRequestCountPerTarget',
]

/** Auto Scaling groups and their policies. */
export const autoScaling: BuilderTable = {
  'AWS::AutoScaling::AutoScalingGroup': node((context): AutoScalingGroup => {
    const { properties, resource } = context
    properties.readElsewhere('AutoScalingGroupName')
    properties.withoutEffect({
      CapacityRebalance: 'there are no Spot Instances here',
      ServiceLinkedRoleARN: 'what the group itself does needs no permission here',
      SkipZonalShiftValidation: 'it concerns zonal shift, which is listed',
    })
    if (properties.has('VPCZoneIdentifier')) {
      properties.withoutEffect({ AvailabilityZones: 'with subnets the zones are theirs' })
    }
    const warmup = properties.number('DefaultInstanceWarmup')
    const health = (properties.text('HealthCheckType') ?? 'EC2').split(',').map(type => type.trim())
    const metrics = properties.objects('MetricsCollection')
    const subnets = context.findAll(properties, 'VPCZoneIdentifier', 'subnet')
    if (subnets.length === 0) {
      throw notModelled(properties, 'VPCZoneIdentifier', 'it names no subnet of these stacks')
    }
    return {
      ...context.base('autoScalingGroup'),
      name: resource.physicalId,
      machine: { ...launchedMachine(context, properties), ...ownWorkload(context) },
      subnets,
      ...sizesOf(properties),
      targetGroups: targetGroupsOf(context),
      healthChecks: {
        elb: health.includes('ELB'),
        gracePeriod: seconds(properties.number('HealthCheckGracePeriod') ?? 0),
      },
      defaultCooldown: seconds(properties.number('Cooldown') ?? 300),
      ...(warmup === undefined || warmup < 0 ? {} : { defaultInstanceWarmup: seconds(warmup) }),
      groupMetrics: metrics.flatMap(item => {
        item.withoutEffect({ Granularity: '1Minute is the only one' })
        // Without names all of them are turned on.
        return item.has('Metrics') ? item.texts('Metrics') : GROUP_METRICS
      }),
      terminationPolicies: properties.has('TerminationPolicies')
        ? properties.texts('TerminationPolicies')
        : ['Default'],
      suspendedProcesses: [],
      newInstancesProtected: properties.boolean('NewInstancesProtectedFromScaleIn') ?? false,
      ...lifetimeOf(properties),
      lifecycleHooks: properties
        .objects('LifecycleHookSpecificationList')
        .map(hook => lifecycleHookOf(hook, hook.requiredText('LifecycleHookName'))),
      notifications: notificationsOf(properties),
      instanceTags: instanceTagsOf(properties),
      ...maintenanceOf(properties),
      zoneDistribution:
        properties
          .object('AvailabilityZoneDistribution')
          ?.oneOf('CapacityDistributionStrategy', ['balanced-best-effort', 'balanced-only']) ?? 'balanced-best-effort',
      ...groupCreationOf(context.creationPolicy),
      ...groupUpdateOf(context.updatePolicy),
    }
  }),
  'AWS::AutoScaling::ScalingPolicy': node((context): ScalingPolicy => {
    const { properties } = context
    return {
      ...context.base('scalingPolicy'),
      name: context.attribute('PolicyName'),
      arn: context.attribute('Arn'),
      group: context.need(properties, 'AutoScalingGroupName', 'autoScalingGroup'),
      policy: policyOf(properties),
    }
  }),
}

function policyOf(properties: PropertyReader): GroupPolicy {
  const type =
    properties.oneOf('PolicyType', ['TargetTrackingScaling', 'StepScaling', 'SimpleScaling', 'PredictiveScaling']) ??
    'SimpleScaling'
  if (type === 'PredictiveScaling') throw notModelled(properties, 'PolicyType', 'predictive scaling is not modelled')
  if (type === 'SimpleScaling') return simpleScalingOf(properties)
  properties.withoutEffect({ Cooldown: 'AWS uses it with simple scaling alone' })
  const warmup = properties.number('EstimatedInstanceWarmup', { least: 0, most: 3600 })
  const instanceWarmup = warmup === undefined ? {} : { instanceWarmup: seconds(warmup) }
  if (type === 'StepScaling') return { type, ...stepScalingOf(properties), ...instanceWarmup }
  const configuration = properties.requiredObject('TargetTrackingConfiguration')
  return { type, ...targetTrackingOf(configuration, PREDEFINED_METRICS), ...instanceWarmup }
}

function simpleScalingOf(properties: PropertyReader): GroupPolicy {
  const magnitude = properties.number('MinAdjustmentMagnitude')
  const cooldown = properties.number('Cooldown')
  return {
    type: 'SimpleScaling',
    adjustmentType: adjustmentTypeOf(properties),
    adjustment: properties.requiredNumber('ScalingAdjustment'),
    ...(magnitude === undefined ? {} : { minAdjustmentMagnitude: magnitude }),
    ...(cooldown === undefined ? {} : { cooldown: seconds(cooldown) }),
  }
}

/** A document in the group's own metadata says what its instances run, whatever they are launched from. */
function ownWorkload(context: BuildContext): Pick<Machine, 'workload'> {
  const workload = context.workload('')
  return workload ? { workload } : {}
}

function targetGroupsOf(context: BuildContext): AutoScalingGroup['targetGroups'] {
  const { properties } = context
  const sources = properties.objects('TrafficSources').flatMap(source => {
    const type = source.text('Type') ?? 'elbv2'
    if (type !== 'elbv2') throw notModelled(source, 'Type', `traffic sources of the type ${type} are not modelled`)
    return context.find(source, 'Identifier', 'targetGroup') ?? []
  })
  return [...context.findAll(properties, 'TargetGroupARNs', 'targetGroup'), ...sources]
}

const instanceTagsOf = (properties: PropertyReader): Readonly<Record<string, string>> =>
  Object.fromEntries(
    properties
      .objects('Tags')
      .filter(tag => tag.boolean('PropagateAtLaunch') ?? false)
      .map(tag => [tag.requiredText('Key'), tag.text('Value') ?? '']),
  )

/** Nothing, or at least a day; 0 takes an earlier one away. */
function lifetimeOf(properties: PropertyReader): Pick<AutoScalingGroup, 'maxInstanceLifetime'> {
  const lifetime = properties.number('MaxInstanceLifetime') ?? 0
  if (lifetime === 0) return {}
  if (lifetime < 86_400) throw properties.bad('MaxInstanceLifetime', '0 or at least 86400')
  return { maxInstanceLifetime: seconds(lifetime) }
}

/** The older property takes one configuration, the newer one a list. */
function notificationsOf(properties: PropertyReader): AutoScalingGroup['notifications'] {
  const single = properties.object('NotificationConfiguration')
  const all = [...(single ? [single] : []), ...properties.objects('NotificationConfigurations')]
  return all.map(item => {
    // CloudFormation takes the topic as a list, too.
    const topic = item.node('TopicARN')?.kind === 'sequence' ? item.texts('TopicARN')[0] : item.requiredText('TopicARN')
    return { topic: topic ?? '', types: item.texts('NotificationTypes') }
  })
}

/** @see "Instance maintenance policies" in the EC2 Auto Scaling User Guide; -1 takes an earlier one away */
function maintenanceOf(properties: PropertyReader): Pick<AutoScalingGroup, 'maintenance'> {
  const policy = properties.object('InstanceMaintenancePolicy')
  const least = policy?.number('MinHealthyPercentage', { least: -1, most: 100 }) ?? -1
  const most = policy?.number('MaxHealthyPercentage', { least: -1, most: 200 }) ?? -1
  if (!policy || (least === -1 && most === -1)) return {}
  if (least < 0 || most < 100 || most - least > 100) {
    throw policy.bad('MaxHealthyPercentage', 'from 100 to 200, and at most 100 above MinHealthyPercentage')
  }
  return { maintenance: { minHealthyPercentage: least, maxHealthyPercentage: most } }
}

function sizesOf(properties: PropertyReader) {
  const range = { least: 0, most: 10_000 }
  const minSize = properties.requiredNumber('MinSize', range)
  const maxSize = properties.requiredNumber('MaxSize', { least: minSize, most: range.most })
  const desiredCapacity = properties.number('DesiredCapacity', { least: minSize, most: maxSize }) ?? minSize
  return { minSize, maxSize, desiredCapacity }
}
