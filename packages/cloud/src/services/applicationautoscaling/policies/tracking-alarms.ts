import { minutes, type Random } from '@terrace/kit'
import type { AlarmDefinition, AlarmMetric, TargetTracking, TrackedMetric } from '@terrace/model'
import { ValidationException } from '../errors.ts'

/** The alarms that a target tracking policy makes for itself; without scale-in there is no low one. */
export interface TrackingAlarms {
  readonly high: string
  readonly low: string | undefined
  /** Who made them: the policy's ARN with `:createdBy/<uuid>`. */
  readonly action: string
}

/** What the alarms belong to. */
export interface Owner {
  /** `service/<cluster>/<service>` */
  readonly resourceId: string
  readonly policyArn: string
  /** `arn:aws:cloudwatch:<region>:<account>:alarm:` */
  readonly alarmArnPrefix: string
}

/** Where the low alarm stands, as a part of the target: 70 → 63 %, 1500 → 1350 requests. Seen in exported alarms. */
export const LOW_PART = 0.9

export const nameAlarms = (
  { resourceId, policyArn }: Owner,
  { disableScaleIn }: TargetTracking,
  random: Random,
): TrackingAlarms => ({
  high: `TargetTracking-${resourceId}-AlarmHigh-${random.uuid()}`,
  low: disableScaleIn ? undefined : `TargetTracking-${resourceId}-AlarmLow-${random.uuid()}`,
  action: `${policyArn}:createdBy/${random.uuid()}`,
})

/**
 * The alarms themselves: high after 3 minutes above the target, low after 15 minutes below 90 % of it.
 * @see Application Auto Scaling User Guide, "How target tracking scaling for Application Auto Scaling works"
 */
export function trackingAlarms(tracking: TargetTracking, names: TrackingAlarms, owner: Owner): AlarmDefinition[] {
  const metric = metricOf(tracking.metric, owner.resourceId)
  const alarm = (
    name: string,
    rest: Pick<AlarmDefinition, 'comparison' | 'threshold' | 'evaluationPeriods'>,
  ): AlarmDefinition => ({
    name,
    arn: `${owner.alarmArnPrefix}${name}`,
    description: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${names.action}.`,
    queries: [{ kind: 'metric', id: 'm1', metric, returnData: true }],
    datapointsToAlarm: rest.evaluationPeriods,
    missingData: 'missing',
    actions: { enabled: true, alarm: [names.action], ok: [], insufficientData: [] },
    ...rest,
  })
  const high = alarm(names.high, {
    comparison: 'GreaterThanThreshold',
    threshold: tracking.target,
    evaluationPeriods: 3,
  })
  if (names.low === undefined) return [high]
  const threshold = Number((tracking.target * LOW_PART).toPrecision(12))
  return [high, alarm(names.low, { comparison: 'LessThanThreshold', threshold, evaluationPeriods: 15 })]
}

const ECS_METRICS: Readonly<Record<string, string>> = {
  ECSServiceAverageCPUUtilization: 'CPUUtilization',
  ECSServiceAverageMemoryUtilization: 'MemoryUtilization',
}

/**
 * What a tracked metric is in CloudWatch.
 * @see Application Auto Scaling API Reference, "PredefinedMetricSpecification"
 * @throws ValidationException for a predefined type that ECS doesn't have, or a label that names no target group
 */
export function metricOf(tracked: TrackedMetric, resourceId: string): AlarmMetric {
  if (tracked.kind === 'customized') {
    const { namespace, name, dimensions, statistic, unit, period = minutes(1) } = tracked
    return { namespace, name, dimensions, statistic, period, ...(unit === undefined ? {} : { unit }) }
  }
  const [, ClusterName = '', ServiceName = ''] = resourceId.split('/')
  const name = ECS_METRICS[tracked.type]
  if (name !== undefined) {
    const dimensions = { ClusterName, ServiceName }
    return { namespace: 'AWS/ECS', name, dimensions, statistic: 'Average', period: minutes(1), unit: 'Percent' }
  }
  if (tracked.type !== 'ALBRequestCountPerTarget') {
    throw new ValidationException(`Unsupported predefined metric type ${tracked.type} for the service namespace ecs`)
  }
  const label = /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/.exec(tracked.resourceLabel ?? '')
  if (!label) {
    throw new ValidationException(
      'The resource label must have the form app/<load-balancer-name>/<load-balancer-id>/targetgroup/<target-group-name>/<target-group-id>',
    )
  }
  const [, LoadBalancer = '', TargetGroup = ''] = label
  return {
    namespace: 'AWS/ApplicationELB',
    name: 'RequestCountPerTarget',
    dimensions: { LoadBalancer, TargetGroup },
    statistic: 'Sum',
    period: minutes(1),
  }
}
