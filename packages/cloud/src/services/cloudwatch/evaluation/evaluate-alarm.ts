import { type Instant, minutes, seconds } from '@terrace/kit'
import type { AlarmDefinition, AlarmQuery, ComparisonOperator } from '@terrace/model'
import type { Metrics } from '../../../metrics/metrics.ts'
import { readStatistic } from '../../../metrics/statistics.ts'
import type { AlarmStateValue } from '../alarms.ts'
import { type Query, QueryRun } from '../math/run-queries.ts'
import { alarmTime } from '../wording.ts'
import { decide } from './decide.ts'
import { type AlarmTiming, type MetricAlarmDefinition, periodOf } from './definition.ts'
import { type DataPoint, reasonFor } from './reasons.ts'

/** What an evaluation found. */
export interface Evaluation {
  readonly state: AlarmStateValue | 'keep'
  readonly reason: string
  /** `StateReasonData`. */
  readonly reasonData: Readonly<Record<string, unknown>>
  /** The newest value that was compared. */
  readonly newest?: number
}

/** Compares the data of an alarm with its threshold, as it is now. @throws MathError, MathNotEmulated */
export function evaluateAlarm(
  alarm: MetricAlarmDefinition,
  metrics: Metrics,
  now: Instant,
  timing: AlarmTiming,
): Evaluation {
  const points = fetchPoints(alarm, metrics, now, timing)
  const { datapointsToAlarm, evaluationPeriods } = alarm
  const missingData = keepsMissing(alarm) ? 'ignore' : alarm.missingData
  const decision = decide(
    points.map(point => point?.breaching),
    { datapointsToAlarm, evaluationPeriods, missingData },
  )
  const evaluated = decision.evaluated.flatMap(i => points[i] ?? [])
  const state = isUncertain(alarm, evaluated) ? 'keep' : decision.state
  const newest = evaluated.at(-1)?.value
  return {
    state,
    reason: state === 'keep' ? '' : reasonFor(alarm, state, evaluated, decision.filled),
    reasonData: reasonDataOf(alarm, now, evaluated),
    ...(newest === undefined ? {} : { newest }),
  }
}

function fetchPoints(
  alarm: MetricAlarmDefinition,
  metrics: Metrics,
  now: Instant,
  { lag, extraPeriods }: AlarmTiming,
): readonly (DataPoint | undefined)[] {
  const period = periodOf(alarm)
  // Windows slide: those of a five-minute alarm end at each minute, not at each fifth.
  const step = period < minutes(1) ? seconds(10) : minutes(1)
  const to = Math.floor((now - lag) / step) * step
  const count = alarm.evaluationPeriods + extraPeriods
  const from = to - count * period
  const watched = watchedQuery(alarm)
  const run = new QueryRun(metrics, queriesOf(alarm), { from, to, anchor: from })
  const value = run.valueOf(watched.id)
  const points = value?.kind === 'series' ? value.series.points : new Map<Instant, number>()
  const samples = run.sampleCounts.get(watched.id)
  return Array.from({ length: count }, (_, i) => {
    const at = from + i * period
    const found = points.get(at)
    if (found === undefined) return undefined
    const sampleCount = samples?.get(at)
    const point = { at, value: found, breaching: COMPARE[alarm.comparison](found, alarm.threshold) }
    return sampleCount === undefined ? point : { ...point, sampleCount }
  })
}

/** The one that returns data. */
export const watchedQuery = ({ queries }: AlarmDefinition): AlarmQuery =>
  queries.find(({ returnData }) => returnData) ??
  queries[0] ?? { kind: 'expression', id: 'none', expression: '', returnData: true }

const queriesOf = ({ queries, labels = {}, expressionPeriods = {} }: MetricAlarmDefinition): readonly Query[] =>
  queries.map(query =>
    query.kind === 'metric'
      ? { ...query, label: labels[query.id] }
      : { ...query, label: labels[query.id], period: expressionPeriods[query.id] },
  )

const COMPARE: Readonly<Record<ComparisonOperator, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
}

/** Alarms of DynamoDB's metrics never go by missing data. CloudWatch API Reference "PutMetricAlarm", TreatMissingData. */
const keepsMissing = ({ queries }: AlarmDefinition): boolean =>
  queries.some(query => query.kind === 'metric' && query.metric.namespace === 'AWS/DynamoDB')

/**
 * Whether a percentile has too few values to say much, and the alarm was told to wait then.
 * @see CloudWatch User Guide, "Percentile-based alarms and low data samples"
 */
function isUncertain(alarm: MetricAlarmDefinition, evaluated: readonly DataPoint[]): boolean {
  const watched = watchedQuery(alarm)
  if (alarm.lowSamples !== 'ignore' || watched.kind !== 'metric') return false
  const statistic = readStatistic(watched.metric.statistic)
  if (statistic?.kind !== 'percentile') return false
  const { percent } = statistic
  const needed = 1000 / (percent < 50 ? percent : 100 - percent)
  return evaluated.some(({ sampleCount = 0 }) => sampleCount < needed)
}

function reasonDataOf(
  alarm: MetricAlarmDefinition,
  now: Instant,
  evaluated: readonly DataPoint[],
): Readonly<Record<string, unknown>> {
  const watched = watchedQuery(alarm)
  const metric = watched.kind === 'metric' ? watched.metric : undefined
  const first = evaluated[0]
  return {
    version: '1.0',
    queryDate: alarmTime(now),
    ...(first ? { startDate: alarmTime(first.at) } : {}),
    ...(metric ? { statistic: metric.statistic } : {}),
    ...(metric?.unit === undefined ? {} : { unit: metric.unit }),
    period: periodOf(alarm) / 1000,
    recentDatapoints: evaluated.map(({ value }) => value),
    threshold: alarm.threshold,
    evaluatedDatapoints: evaluated.toReversed().map(({ at, sampleCount, value }) => ({
      timestamp: alarmTime(at),
      ...(sampleCount === undefined ? {} : { sampleCount }),
      value,
    })),
  }
}
