import type { Random } from '@terrace/kit'
import type { AlarmDefinition, AlarmMetric, TargetTracking } from '@terrace/model'

/** The names of the alarms that a target tracking policy makes for itself; without scale-in there is no low one. */
export interface TrackingAlarmNames {
  readonly high: string
  readonly low: string | undefined
}

/** @param resource  `my-group`, or `service/<cluster>/<service>` @see AWS CLI examples of `put-scaling-policy` */
export const nameTrackingAlarms = (
  resource: string,
  { disableScaleIn }: TargetTracking,
  random: Random,
): TrackingAlarmNames => ({
  high: `TargetTracking-${resource}-AlarmHigh-${random.uuid()}`,
  low: disableScaleIn ? undefined : `TargetTracking-${resource}-AlarmLow-${random.uuid()}`,
})

/** What the alarms are made from. */
export interface TrackingAlarmOptions {
  readonly names: TrackingAlarmNames
  readonly metric: AlarmMetric
  readonly target: number
  /** Where the low alarm stands, as a part of the target. */
  readonly lowPart: number
  /** ARN that the alarms act on, and that their description names. */
  readonly action: string
  /** `arn:aws:cloudwatch:<region>:<account>:alarm:` */
  readonly alarmArnPrefix: string
}

/** For how many minutes in a row the metric has to be above the target, or below the low threshold. */
const MINUTES = { high: 3, low: 15 }

/**
 * The alarms of a target tracking policy: high after 3 minutes above the target, low after 15 minutes below a part of it.
 *
 * @see Application Auto Scaling User Guide, "How target tracking scaling for Application Auto Scaling works"
 */
export function trackingAlarmsFor(options: TrackingAlarmOptions): AlarmDefinition[] {
  const { names, metric, target, lowPart, action, alarmArnPrefix } = options
  const alarm = (
    name: string,
    rest: Pick<AlarmDefinition, 'comparison' | 'threshold' | 'evaluationPeriods'>,
  ): AlarmDefinition => ({
    name,
    arn: `${alarmArnPrefix}${name}`,
    description: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${action}.`,
    queries: [{ kind: 'metric', id: 'm1', metric, returnData: true }],
    datapointsToAlarm: rest.evaluationPeriods,
    missingData: 'missing',
    actions: { enabled: true, alarm: [action], ok: [], insufficientData: [] },
    ...rest,
  })
  const high = alarm(names.high, {
    comparison: 'GreaterThanThreshold',
    threshold: target,
    evaluationPeriods: MINUTES.high,
  })
  if (names.low === undefined) return [high]
  // 50 × 0.7 is 35, not 34.99999999999999.
  const threshold = Number((target * lowPart).toPrecision(12))
  return [high, alarm(names.low, { comparison: 'LessThanThreshold', threshold, evaluationPeriods: MINUTES.low })]
}
