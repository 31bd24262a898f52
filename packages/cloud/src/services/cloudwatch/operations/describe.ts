import type { AlarmQuery } from '@terrace/model'
import { timestamp } from '../../../gateway/time.ts'
import type { StoredAlarm, StoredCompositeAlarm, StoredMetricAlarm } from '../stored-alarm.ts'

/** A metric alarm as DescribeAlarms answers it. */
export function describeMetricAlarm(alarm: StoredMetricAlarm) {
  const { definition } = alarm
  const [only] = definition.queries
  const plain = definition.queries.length === 1 && only?.kind === 'metric' ? only : undefined
  return {
    ...describeCommon(alarm),
    ...(plain ? describePlain(plain) : { Metrics: definition.queries.map(query => describeQuery(alarm, query)) }),
    EvaluationPeriods: definition.evaluationPeriods,
    DatapointsToAlarm: definition.datapointsGiven === false ? undefined : definition.datapointsToAlarm,
    Threshold: definition.threshold,
    ComparisonOperator: definition.comparison,
    TreatMissingData: definition.missingData,
    EvaluateLowSampleCountPercentile: definition.lowSamples,
  }
}

/** A composite alarm as DescribeAlarms answers it. */
export const describeCompositeAlarm = (alarm: StoredCompositeAlarm) => ({
  ...describeCommon(alarm),
  AlarmRule: alarm.definition.rule,
})

function describeCommon({ name, arn, configured, state, definition }: StoredAlarm) {
  const { description, actions } = definition
  return {
    AlarmName: name,
    AlarmArn: arn,
    AlarmDescription: description === '' ? undefined : description,
    AlarmConfigurationUpdatedTimestamp: timestamp(configured),
    ActionsEnabled: actions.enabled,
    OKActions: actions.ok,
    AlarmActions: actions.alarm,
    InsufficientDataActions: actions.insufficientData,
    StateValue: state.value,
    StateReason: state.reason,
    StateReasonData: state.data === undefined ? undefined : JSON.stringify(state.data),
    StateUpdatedTimestamp: timestamp(state.since),
    StateTransitionedTimestamp: timestamp(state.transitioned),
  }
}

function describePlain({ metric }: AlarmQuery & { readonly kind: 'metric' }) {
  const plain = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'].includes(metric.statistic)
  return {
    MetricName: metric.name,
    Namespace: metric.namespace,
    ...(plain ? { Statistic: metric.statistic } : { ExtendedStatistic: metric.statistic }),
    Dimensions: describeDimensions(metric.dimensions),
    Period: metric.period / 1000,
    Unit: metric.unit,
  }
}

function describeQuery({ definition }: StoredMetricAlarm, query: AlarmQuery) {
  const common = { Id: query.id, Label: definition.labels?.[query.id], ReturnData: query.returnData }
  if (query.kind === 'expression') {
    const period = definition.expressionPeriods?.[query.id]
    return { ...common, Expression: query.expression, Period: period === undefined ? undefined : period / 1000 }
  }
  const { namespace, name, dimensions, period, statistic, unit } = query.metric
  return {
    ...common,
    MetricStat: {
      Metric: { Namespace: namespace, MetricName: name, Dimensions: describeDimensions(dimensions) },
      Period: period / 1000,
      Stat: statistic,
      Unit: unit,
    },
  }
}

const describeDimensions = (dimensions: Readonly<Record<string, string>>) =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))
