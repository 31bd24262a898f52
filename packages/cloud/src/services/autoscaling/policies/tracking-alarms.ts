import { minutes, type Random } from '@terrace/kit'
import type { AlarmDefinition, AlarmMetric, TargetTracking, TrackedMetric } from '@terrace/model'
import { ValidationError } from '../errors.ts'
import { lowFactor } from './target-tracking.ts'

/** The names of the two alarms of a policy; without scale-in there is no low one. */
export interface TrackingAlarms {
  readonly high: string
  readonly low: string | undefined
}

/** @see AWS CLI examples of `put-scaling-policy` */
export const nameAlarms = (group: string, { disableScaleIn }: TargetTracking, random: Random): TrackingAlarms => ({
  high: `TargetTracking-${group}-AlarmHigh-${random.uuid()}`,
  low: disableScaleIn ? undefined : `TargetTracking-${group}-AlarmLow-${random.uuid()}`,
})

interface Owner {
  readonly group: string
  readonly policyArn: string
  /** `arn:aws:cloudwatch:<region>:<account>:alarm:` */
  readonly alarmArnPrefix: string
  readonly capacity: number
}

/**
 * The alarms of a target tracking policy: high after 3 minutes above the target, low after 15 minutes below a part of it
 * that depends on the size of the group.
 */
export function trackingAlarms(tracking: TargetTracking, names: TrackingAlarms, owner: Owner): AlarmDefinition[] {
  const metric = metricOf(tracking.metric, owner.group)
  const alarm = (
    name: string,
    rest: Pick<AlarmDefinition, 'comparison' | 'threshold' | 'evaluationPeriods'>,
  ): AlarmDefinition => ({
    name,
    arn: `${owner.alarmArnPrefix}${name}`,
    description: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${owner.policyArn}.`,
    queries: [{ kind: 'metric', id: 'm1', metric, returnData: true }],
    datapointsToAlarm: rest.evaluationPeriods,
    missingData: 'missing',
    actions: { enabled: true, alarm: [owner.policyArn], ok: [], insufficientData: [] },
    ...rest,
  })
  const high = alarm(names.high, {
    comparison: 'GreaterThanThreshold',
    threshold: tracking.target,
    evaluationPeriods: 3,
  })
  if (names.low === undefined) return [high]
  const low = alarm(names.low, {
    comparison: 'LessThanThreshold',
    threshold: roundTo12(tracking.target * lowFactor(owner.capacity)),
    evaluationPeriods: 15,
  })
  return [high, low]
}

// 50 × 0.7 is 35, not 34.99999999999999.
const roundTo12 = (value: number): number => Number(value.toPrecision(12))

const EC2_METRICS: Readonly<Record<string, string>> = {
  ASGAverageCPUUtilization: 'CPUUtilization',
  ASGAverageNetworkIn: 'NetworkIn',
  ASGAverageNetworkOut: 'NetworkOut',
}

/**
 * What a tracked metric is in CloudWatch.
 * @throws ValidationError for a predefined type that groups don't have, or a resource label that names no target group
 * @see Amazon EC2 Auto Scaling API Reference, "PredefinedMetricSpecification"
 */
export function metricOf(tracked: TrackedMetric, group: string): AlarmMetric {
  if (tracked.kind === 'customized') {
    const { namespace, name, dimensions, statistic, unit, period = minutes(1) } = tracked
    return { namespace, name, dimensions, statistic, period, ...(unit === undefined ? {} : { unit }) }
  }
  const ec2 = EC2_METRICS[tracked.type]
  if (ec2 !== undefined) {
    const dimensions = { AutoScalingGroupName: group }
    return { namespace: 'AWS/EC2', name: ec2, dimensions, statistic: 'Average', period: minutes(1) }
  }
  if (tracked.type !== 'ALBRequestCountPerTarget') {
    throw new ValidationError(`Invalid predefined metric type ${tracked.type} for an Auto Scaling group`)
  }
  const label = /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/.exec(tracked.resourceLabel ?? '')
  if (!label) {
    throw new ValidationError(
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
