import type { Instant } from '@terrace/kit'
import type { AlarmMetric, AlarmQuery } from '@terrace/model'
import type { AlarmStateValue } from '../alarms.ts'
import { periodOf } from '../evaluation/definition.ts'
import type { FullState, StoredAlarm, StoredMetricAlarm } from '../stored-alarm.ts'
import { alarmTime } from '../wording.ts'
import { regionName } from './region-names.ts'

/** A change of an alarm's state. */
export interface Change {
  readonly alarm: StoredAlarm
  readonly from: FullState
  readonly to: FullState
  readonly at: Instant
}

/** Where the alarm is. */
export interface Account {
  readonly region: string
  readonly account: string
}

/** Longest subject that SNS takes. SNS API Reference "Publish". */
const LONGEST_SUBJECT = 100

/** `ALARM: "name" in US East (N. Virginia)`; a long name is cut. */
export function subjectOf({ alarm, to }: Change, { region }: Account): string {
  const subject = (name: string) => `${to.value}: "${name}" in ${regionName(region)}`
  const spare = LONGEST_SUBJECT - subject('').length
  return subject(alarm.name.length > spare ? `${alarm.name.slice(0, spare - 3)}...` : alarm.name)
}

/**
 * The JSON that a topic gets, as seen in notifications of AWS.
 * @see CloudWatch User Guide, "Notifying users on alarm changes"
 */
export function notificationOf(change: Change, { region, account }: Account): string {
  const { alarm, from, to, at } = change
  const { definition } = alarm
  return JSON.stringify({
    AlarmName: alarm.name,
    AlarmDescription: definition.description === '' ? null : definition.description,
    AWSAccountId: account,
    AlarmConfigurationUpdatedTimestamp: alarmTime(alarm.configured),
    NewStateValue: to.value,
    NewStateReason: to.reason,
    StateChangeTime: alarmTime(at),
    Region: regionName(region),
    AlarmArn: alarm.arn,
    OldStateValue: from.value,
    OKActions: definition.actions.ok,
    AlarmActions: definition.actions.alarm,
    InsufficientDataActions: definition.actions.insufficientData,
    ...(alarm.kind === 'metric'
      ? { Trigger: triggerOf(alarm) }
      : { AlarmRule: alarm.definition.rule, TriggeringChildren: triggeringChildren(to) }),
  })
}

function triggerOf({ definition }: StoredMetricAlarm): Readonly<Record<string, unknown>> {
  const [only] = definition.queries
  const plain = definition.queries.length === 1 && only?.kind === 'metric' ? only.metric : undefined
  return {
    ...(plain ? metricOf(plain) : {}),
    Period: periodOf(definition) / 1000,
    EvaluationPeriods: definition.evaluationPeriods,
    DatapointsToAlarm: definition.datapointsToAlarm,
    ComparisonOperator: definition.comparison,
    Threshold: definition.threshold,
    TreatMissingData: definition.missingData,
    EvaluateLowSampleCountPercentile: definition.lowSamples ?? '',
    ...(plain ? {} : { Metrics: definition.queries.map(query => queryOf(query, definition.labels?.[query.id])) }),
  }
}

function metricOf({ name, namespace, statistic, unit, dimensions }: AlarmMetric) {
  const plain = STATISTICS[statistic]
  return {
    MetricName: name,
    Namespace: namespace,
    ...(plain
      ? { StatisticType: 'Statistic', Statistic: plain }
      : { StatisticType: 'ExtendedStatistic', ExtendedStatistic: statistic }),
    Unit: unit ?? null,
    Dimensions: dimensionsOf(dimensions),
  }
}

const STATISTICS: Readonly<Record<string, string | undefined>> = {
  SampleCount: 'SAMPLE_COUNT',
  Average: 'AVERAGE',
  Sum: 'SUM',
  Minimum: 'MINIMUM',
  Maximum: 'MAXIMUM',
}

const dimensionsOf = (dimensions: Readonly<Record<string, string>>) =>
  Object.entries(dimensions).map(([name, value]) => ({ value, name }))

function queryOf(query: AlarmQuery, label: string | undefined) {
  const labelled = label === undefined ? {} : { Label: label }
  if (query.kind === 'expression') {
    return { Expression: query.expression, Id: query.id, ...labelled, ReturnData: query.returnData }
  }
  const { dimensions, name, namespace, period, statistic, unit } = query.metric
  const Metric = { Dimensions: dimensionsOf(dimensions), MetricName: name, Namespace: namespace }
  const MetricStat = { Metric, Period: period / 1000, Stat: statistic, ...(unit === undefined ? {} : { Unit: unit }) }
  return { Id: query.id, ...labelled, MetricStat, ReturnData: query.returnData }
}

/** The child whose change decided, as it stands in the state's own data. */
function triggeringChildren({ data }: FullState): readonly unknown[] {
  const alarms = data?.triggeringAlarms
  if (!Array.isArray(alarms)) return []
  return alarms.map(({ arn, state }: TriggeringAlarm) => ({
    Arn: arn,
    State: { Value: state.value, Timestamp: state.timestamp },
  }))
}

/** In the state's data of a composite alarm. */
export interface TriggeringAlarm {
  readonly arn: string
  readonly state: { readonly value: AlarmStateValue; readonly timestamp: string }
}
