import { seconds } from '@terrace/kit'
import type { AutoScalingGroup, ScalingPolicy } from '@terrace/model'
import { type BuilderTable, node, notModelled } from './build-context.ts'
import { isoDuration } from './iso-duration.ts'
import { launchedMachine } from './launch-source.ts'
import type { PropertyReader } from './property-reader.ts'

/** What `MetricsCollection` without names turns on. @see "CloudWatch metrics for Amazon EC2 Auto Scaling" */
const GROUP_METRICS = [
  'GroupMinSize',
  'GroupMaxSize',
  'GroupDesiredCapacity',
  'GroupInServiceInstances',
  'GroupPendingInstances',
  'GroupStandbyInstances',
  'GroupTerminatingInstances',
  'GroupTotalInstances',
  'GroupInServiceCapacity',
  'GroupPendingCapacity',
  'GroupStandbyCapacity',
  'GroupTerminatingCapacity',
  'GroupTotalCapacity',
]

/** Auto Scaling groups and their policies. */
export const autoScaling: BuilderTable = {
  'AWS::AutoScaling::AutoScalingGroup': node((context): AutoScalingGroup => {
    const { properties, resource } = context
    properties.withoutEffect('AutoScalingGroupName', 'CapacityRebalance')
    // With subnets the zones are theirs.
    if (properties.has('VPCZoneIdentifier')) properties.withoutEffect('AvailabilityZones')
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
      machine: launchedMachine(context, properties),
      subnets,
      ...sizesOf(properties),
      targetGroups: context.findAll(properties, 'TargetGroupARNs', 'targetGroup'),
      healthChecks: {
        elb: health.includes('ELB'),
        gracePeriod: seconds(properties.number('HealthCheckGracePeriod') ?? 0),
      },
      defaultCooldown: seconds(properties.number('Cooldown') ?? 300),
      ...(warmup === undefined || warmup < 0 ? {} : { defaultInstanceWarmup: seconds(warmup) }),
      groupMetrics: metrics.flatMap(item => {
        item.withoutEffect('Granularity')
        return item.has('Metrics') ? item.texts('Metrics') : GROUP_METRICS
      }),
      terminationPolicies: properties.has('TerminationPolicies')
        ? properties.texts('TerminationPolicies')
        : ['Default'],
      suspendedProcesses: [],
      ...creationOf(context.creationPolicy),
    }
  }),
  'AWS::AutoScaling::ScalingPolicy': node((context): ScalingPolicy => {
    const { properties } = context
    const group = context.need(properties, 'AutoScalingGroupName', 'autoScalingGroup')
    const type =
      properties.oneOf('PolicyType', ['TargetTrackingScaling', 'StepScaling', 'SimpleScaling', 'PredictiveScaling']) ??
      'SimpleScaling'
    if (type === 'PredictiveScaling') throw notModelled(properties, 'PolicyType', 'predictive scaling is not modelled')
    const base = context.base('scalingPolicy')
    if (type !== 'TargetTrackingScaling') return { ...base, group, policy: { type, properties: properties.whole() } }
    return { ...base, group, policy: { type, ...tracking(properties.requiredObject('TargetTrackingConfiguration')) } }
  }),
}

function sizesOf(properties: PropertyReader) {
  const range = { least: 0, most: 10_000 }
  const minSize = properties.requiredNumber('MinSize', range)
  const maxSize = properties.requiredNumber('MaxSize', { least: minSize, most: range.most })
  const desiredCapacity = properties.number('DesiredCapacity', { least: minSize, most: maxSize }) ?? minSize
  return { minSize, maxSize, desiredCapacity }
}

/** @see "CreationPolicy attribute" in the CloudFormation Template Reference: one signal, five minutes */
function creationOf(policy: PropertyReader | undefined): Pick<AutoScalingGroup, 'creation'> {
  const signal = policy?.object('ResourceSignal')
  policy?.object('AutoScalingCreationPolicy')?.withoutEffect('MinSuccessfulInstancesPercent')
  if (!signal) return {}
  const timeout = isoDuration(signal.text('Timeout') ?? 'PT5M')
  if (timeout === undefined) throw signal.bad('Timeout', 'a duration such as PT10M')
  return { creation: { signals: signal.number('Count') ?? 1, timeout } }
}

function tracking(configuration: PropertyReader) {
  const predefined = configuration.object('PredefinedMetricSpecification')
  if (!predefined) {
    throw notModelled(
      configuration,
      'CustomizedMetricSpecification',
      'target tracking of a metric of its own is not modelled',
    )
  }
  const resourceLabel = predefined.text('ResourceLabel')
  return {
    metric: predefined.requiredText('PredefinedMetricType'),
    ...(resourceLabel === undefined ? {} : { resourceLabel }),
    target: configuration.requiredNumber('TargetValue'),
    disableScaleIn: configuration.boolean('DisableScaleIn') ?? false,
  }
}
