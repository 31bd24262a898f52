import { days, hours, minutes, seconds } from '@terrace/kit'
import type { AlarmActions, AlarmQuery, ComparisonOperator, MissingData } from '@terrace/model'
import { z } from 'zod'
import { shape, wireInteger, wireList } from '../../../gateway/api.ts'
import { NotEmulated } from '../../../gateway/errors.ts'
import { readStatistic } from '../../../metrics/statistics.ts'
import { ValidationError } from '../errors.ts'
import { type MetricAlarmDefinition, periodOf } from '../evaluation/definition.ts'
import { LONGEST_EVALUATION, LONGEST_EVALUATION_BY_HOURS, MOST_ALARM_METRICS } from '../limits.ts'
import { readQueryExpression } from '../math/run-queries.ts'
import { answered } from './get-metric-data.ts'
import { checkIds, queryOf } from './queries.ts'
import {
  alarmBase,
  dimensions,
  metricDataQuery,
  metricName,
  namespace,
  periodSeconds,
  statistic,
  unit,
  value,
} from './shapes.ts'

/** The input of PutMetricAlarm. Alarms on anomalies and on PromQL are refused by the names of their members. */
export const metricAlarmInput = shape({
  ...alarmBase,
  MetricName: metricName.optional(),
  Namespace: namespace.optional(),
  Statistic: statistic.optional(),
  ExtendedStatistic: z.string().optional(),
  Dimensions: dimensions.optional(),
  Period: periodSeconds.optional(),
  Unit: unit.optional(),
  EvaluationPeriods: wireInteger().pipe(z.int().min(1)),
  DatapointsToAlarm: wireInteger().pipe(z.int().min(1)).optional(),
  Threshold: value.optional(),
  ComparisonOperator: z.string(),
  TreatMissingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']).optional(),
  EvaluateLowSampleCountPercentile: z.enum(['evaluate', 'ignore']).optional(),
  Metrics: wireList(metricDataQuery).optional(),
})

export type MetricAlarmInput = z.output<typeof metricAlarmInput>

const OPERATORS: readonly ComparisonOperator[] = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
]
const OF_ANOMALIES = ['LessThanLowerOrGreaterThanUpperThreshold', 'LessThanLowerThreshold', 'GreaterThanUpperThreshold']

/** @throws ValidationError, NotEmulated. @see CloudWatch API Reference "PutMetricAlarm" */
export function definitionOf(input: MetricAlarmInput, arn: string): MetricAlarmDefinition {
  const { AlarmName, AlarmDescription = '', Threshold, EvaluationPeriods, DatapointsToAlarm } = input
  if (Threshold === undefined) throw new ValidationError('Threshold is required for alarms based on static thresholds')
  if (DatapointsToAlarm !== undefined && DatapointsToAlarm > EvaluationPeriods) {
    throw new ValidationError('DatapointsToAlarm must be less than or equal to EvaluationPeriods')
  }
  const missingData: MissingData = input.TreatMissingData ?? 'missing'
  const metrics = input.Metrics && input.Metrics.length > 0 ? input.Metrics : undefined
  const definition: MetricAlarmDefinition = {
    name: AlarmName,
    arn,
    description: AlarmDescription,
    queries: metrics ? queriesOf(input, metrics) : [plainQuery(input)],
    threshold: Threshold,
    comparison: comparisonOf(input.ComparisonOperator),
    evaluationPeriods: EvaluationPeriods,
    datapointsToAlarm: DatapointsToAlarm ?? EvaluationPeriods,
    datapointsGiven: DatapointsToAlarm !== undefined,
    missingData,
    actions: actionsOf(input),
    ...(input.EvaluateLowSampleCountPercentile ? { lowSamples: input.EvaluateLowSampleCountPercentile } : {}),
    labels: Object.fromEntries((metrics ?? []).flatMap(({ Id, Label }) => (Label === undefined ? [] : [[Id, Label]]))),
    expressionPeriods: Object.fromEntries(
      (metrics ?? []).flatMap(({ Id, Period }) => (Period === undefined ? [] : [[Id, seconds(Period)]])),
    ),
  }
  checkSpan(definition)
  return definition
}

export const actionsOf = (
  input: Pick<MetricAlarmInput, 'ActionsEnabled' | 'AlarmActions' | 'OKActions' | 'InsufficientDataActions'>,
): AlarmActions => ({
  enabled: input.ActionsEnabled ?? true,
  alarm: input.AlarmActions ?? [],
  ok: input.OKActions ?? [],
  insufficientData: input.InsufficientDataActions ?? [],
})

function comparisonOf(text: string): ComparisonOperator {
  const operator = OPERATORS.find(each => each === text)
  if (operator) return operator
  if (OF_ANOMALIES.includes(text)) throw new NotEmulated(`the comparison ${text} of PutMetricAlarm`)
  throw new ValidationError(
    `The value ${text} for parameter ComparisonOperator is not supported; it is one of ${OPERATORS.join(', ')}`,
  )
}

function plainQuery(input: MetricAlarmInput): AlarmQuery {
  const { MetricName, Namespace, Period, Statistic, ExtendedStatistic, Dimensions, Unit } = input
  if (MetricName === undefined) throw new ValidationError('Must specify either MetricName or Metrics')
  if (Namespace === undefined) throw new ValidationError('Namespace is required when MetricName is specified')
  if (Period === undefined) throw new ValidationError('Period is required when MetricName is specified')
  if ((Statistic === undefined) === (ExtendedStatistic === undefined)) {
    throw new ValidationError('Must specify either Statistic or ExtendedStatistic, but not both')
  }
  const name = Statistic ?? ExtendedStatistic ?? ''
  if (!readStatistic(name))
    throw new ValidationError(`The value ${name} for parameter ExtendedStatistic is not supported.`)
  const period = seconds(Period)
  if (![10, 20, 30].map(seconds).includes(period) && period % minutes(1) !== 0) {
    throw new ValidationError(`Period must be 10, 20, 30 or a multiple of 60; it is ${Period}`)
  }
  const metric = { namespace: Namespace, name: MetricName, dimensions: Dimensions ?? {}, statistic: name, period }
  return {
    kind: 'metric',
    id: 'm1',
    returnData: true,
    metric: { ...metric, ...(Unit === undefined ? {} : { unit: Unit }) },
  }
}

const PLAIN_MEMBERS = [
  'MetricName',
  'Namespace',
  'Dimensions',
  'Period',
  'Unit',
  'Statistic',
  'ExtendedStatistic',
] as const

function queriesOf(input: MetricAlarmInput, metrics: NonNullable<MetricAlarmInput['Metrics']>): readonly AlarmQuery[] {
  const both = PLAIN_MEMBERS.find(member => input[member] !== undefined)
  if (both) throw new ValidationError(`${both} must not be specified when Metrics is specified`)
  checkIds(metrics)
  const queries = metrics.map(queryOf)
  const watched = queries.filter(({ returnData }) => returnData)
  if (watched.length !== 1) {
    throw new ValidationError(
      'Exactly one element of the metrics list should return data; set ReturnData to false for the others',
    )
  }
  if (queries.filter(({ kind }) => kind === 'metric').length > MOST_ALARM_METRICS) {
    throw new ValidationError(`An alarm on an expression can use at most ${MOST_ALARM_METRICS} metrics`)
  }
  for (const query of queries) if (query.kind === 'expression') answered(() => checkExpression(query.expression))
  const periods = new Set(queries.flatMap(query => (query.kind === 'metric' ? [query.metric.period] : [])))
  if (periods.size > 1) throw new ValidationError('All metrics of an alarm must have the same period')
  return queries
}

function checkExpression(expression: string): void {
  readQueryExpression(expression)
  const refused = /\b(ANOMALY_DETECTION_BAND|SEARCH)\s*\(/.exec(expression)?.[1]
  if (refused) throw new NotEmulated(`the function ${refused} of metric math`)
}

function checkSpan(definition: MetricAlarmDefinition): void {
  const period = periodOf(definition)
  const span = period * definition.evaluationPeriods
  const longest = period < hours(1) ? LONGEST_EVALUATION : LONGEST_EVALUATION_BY_HOURS
  if (span <= longest) return
  throw new ValidationError(
    `Metrics cannot be checked across more than ${longest === days(1) ? 'a day' : 'seven days'} (EvaluationPeriods * Period must be <= ${longest / 1000}).`,
  )
}
