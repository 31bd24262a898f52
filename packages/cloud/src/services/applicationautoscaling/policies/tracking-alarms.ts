import type { Random } from '@terrace/kit'
import type { AlarmDefinition, AlarmMetric, TargetTracking, TrackedMetric } from '@terrace/model'
import { readTrackedMetric } from '../../../scaling/tracked-metric.ts'
import { nameTrackingAlarms, type TrackingAlarmNames, trackingAlarmsFor } from '../../../scaling/tracking-alarms.ts'
import { ValidationException } from '../errors.ts'

/** The alarms that a target tracking policy makes for itself. */
export interface TrackingAlarms extends TrackingAlarmNames {
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
  tracking: TargetTracking,
  random: Random,
): TrackingAlarms => ({
  ...nameTrackingAlarms(resourceId, tracking, random),
  action: `${policyArn}:createdBy/${random.uuid()}`,
})

/** The alarms themselves. @throws ValidationException */
export const trackingAlarms = (tracking: TargetTracking, names: TrackingAlarms, owner: Owner): AlarmDefinition[] =>
  trackingAlarmsFor({
    names,
    metric: metricOf(tracking.metric, owner.resourceId),
    target: tracking.target,
    lowPart: LOW_PART,
    action: names.action,
    alarmArnPrefix: owner.alarmArnPrefix,
  })

const ECS_METRICS: Readonly<Record<string, string>> = {
  ECSServiceAverageCPUUtilization: 'CPUUtilization',
  ECSServiceAverageMemoryUtilization: 'MemoryUtilization',
}

/**
 * What a tracked metric is in CloudWatch.
 * @throws ValidationException for a predefined type that ECS doesn't have, or a label that names no target group
 */
export function metricOf(tracked: TrackedMetric, resourceId: string): AlarmMetric {
  const [, ClusterName = '', ServiceName = ''] = resourceId.split('/')
  const reading = readTrackedMetric(tracked, type => {
    const name = ECS_METRICS[type]
    if (name === undefined) return undefined
    return { namespace: 'AWS/ECS', name, dimensions: { ClusterName, ServiceName }, unit: 'Percent' }
  })
  if (reading.kind === 'metric') return reading.metric
  throw new ValidationException(
    reading.kind === 'invalid'
      ? reading.message
      : `Unsupported predefined metric type ${reading.type} for the service namespace ecs`,
  )
}
