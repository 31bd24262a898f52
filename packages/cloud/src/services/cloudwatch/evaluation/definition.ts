import { type Duration, days, hours, minutes, seconds } from '@terrace/kit'
import type { AlarmDefinition } from '@terrace/model'

/** A metric alarm with what only the API can say of it. */
export interface MetricAlarmDefinition extends AlarmDefinition {
  /** `EvaluateLowSampleCountPercentile`; absent: `evaluate`. */
  readonly lowSamples?: 'evaluate' | 'ignore'
  /**
   * Whether `DatapointsToAlarm` was given; absent: whether it isn't `EvaluationPeriods`. It changes the words of the reason.
   */
  readonly datapointsGiven?: boolean
  /** Labels of queries, by id. */
  readonly labels?: Readonly<Record<string, string>>
  /** `Period` of expressions, by id. */
  readonly expressionPeriods?: Readonly<Record<string, Duration>>
}

/** How metric data and alarms are timed where AWS says nothing exact. */
export interface AlarmTiming {
  /** How long after the end of a period it is evaluated: what is put until then counts. */
  readonly lag: Duration
  /** How many periods before the evaluation periods are looked at when data is missing. */
  readonly extraPeriods: number
}

/**
 * AWS's own metrics come some minutes late, each service's its own; its alarms look at each minute at a second of their
 * own. differs: both are the same 5 s for all here. The range is that of AWS's example: 5 for 3 evaluation periods.
 * @see CloudWatch User Guide, "Alarm evaluation", "Configuring how CloudWatch alarms treat missing data"
 */
export const DEFAULT_TIMING: AlarmTiming = { lag: seconds(5), extraPeriods: 2 }

/** The period of the alarm: that of its metrics, the longest when they differ. */
export function periodOf({ queries, expressionPeriods = {} }: MetricAlarmDefinition): Duration {
  const periods = queries.flatMap(query => (query.kind === 'metric' ? [query.metric.period] : []))
  const ofExpressions = queries.flatMap(({ id }) => expressionPeriods[id] ?? [])
  const all = periods.length > 0 ? periods : ofExpressions
  return all.length > 0 ? Math.max(...all) : minutes(1)
}

/** How often the alarm is looked at. @see CloudWatch User Guide, "Alarm evaluation" */
export function evaluationInterval(alarm: MetricAlarmDefinition): Duration {
  const period = periodOf(alarm)
  if (period < minutes(1)) return seconds(10)
  return alarm.evaluationPeriods * period > days(1) ? hours(1) : minutes(1)
}
