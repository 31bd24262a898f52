import type { AlarmDefinition, AlarmMetric, TargetTracking, TrackedMetric } from '@terrace/model'
import { readTrackedMetric } from '../../../scaling/tracked-metric.ts'
import { type TrackingAlarmNames, trackingAlarmsFor } from '../../../scaling/tracking-alarms.ts'
import { ValidationError } from '../errors.ts'
import { lowFactor } from './target-tracking.ts'

interface Owner {
  readonly group: string
  readonly policyArn: string
  /** `arn:aws:cloudwatch:<region>:<account>:alarm:` */
  readonly alarmArnPrefix: string
  readonly capacity: number
}

/** The alarms of a policy of a group: the low threshold depends on the size of the group. @throws ValidationError */
export const trackingAlarms = (
  tracking: TargetTracking,
  names: TrackingAlarmNames,
  { group, policyArn, alarmArnPrefix, capacity }: Owner,
): AlarmDefinition[] =>
  trackingAlarmsFor({
    names,
    metric: metricOf(tracking.metric, group),
    target: tracking.target,
    lowPart: lowFactor(capacity),
    action: policyArn,
    alarmArnPrefix,
  })

const EC2_METRICS: Readonly<Record<string, string>> = {
  ASGAverageCPUUtilization: 'CPUUtilization',
  ASGAverageNetworkIn: 'NetworkIn',
  ASGAverageNetworkOut: 'NetworkOut',
}

/**
 * What a tracked metric is in CloudWatch.
 * @throws ValidationError for a predefined type that groups don't have, or a resource label that names no target group
 */
export function metricOf(tracked: TrackedMetric, group: string): AlarmMetric {
  const reading = readTrackedMetric(tracked, type => {
    const name = EC2_METRICS[type]
    return name === undefined ? undefined : { namespace: 'AWS/EC2', name, dimensions: { AutoScalingGroupName: group } }
  })
  if (reading.kind === 'metric') return reading.metric
  throw new ValidationError(
    reading.kind === 'invalid'
      ? reading.message
      : `Invalid predefined metric type ${reading.type} for an Auto Scaling group`,
  )
}
