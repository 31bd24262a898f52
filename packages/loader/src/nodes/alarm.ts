import { seconds } from '@terrace/kit'
import type { Alarm, AlarmActions, AlarmDefinition, AlarmMetric, AlarmQuery, CompositeAlarm } from '@terrace/model'
import { type BuildContext, type BuilderTable, node, notModelled } from './build-context.ts'
import { dimensionsOf } from './metrics.ts'
import type { PropertyReader } from './property-reader.ts'

const COMPARISONS = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const

const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const

/** Alarms of CloudWatch. @see "AWS::CloudWatch::Alarm" in the CloudFormation Template Reference for the defaults */
export const alarm: BuilderTable = {
  'AWS::CloudWatch::Alarm': node((context): Alarm => ({ ...context.base('alarm'), alarm: definitionOf(context) })),
  'AWS::CloudWatch::CompositeAlarm': node((context): CompositeAlarm => {
    const { properties, resource } = context
    properties.readElsewhere('AlarmName')
    return {
      ...context.base('compositeAlarm'),
      name: resource.physicalId,
      arn: context.attribute('Arn'),
      description: properties.text('AlarmDescription') ?? '',
      rule: properties.requiredText('AlarmRule'),
      actions: actionsOf(properties),
    }
  }),
}

function definitionOf(context: BuildContext): AlarmDefinition {
  const { properties, resource } = context
  refuseAnomalies(properties)
  properties.readElsewhere('AlarmName')
  // What is the default need not be said.
  if (properties.text('EvaluateLowSampleCountPercentile') === 'ignore') {
    const key = 'EvaluateLowSampleCountPercentile'
    const message = 'percentiles of few samples are evaluated like any other here'
    context.gap('property', properties.pathOf(key), properties.placeOf(key).line, message)
  }
  const comparison = properties.oneOf('ComparisonOperator', COMPARISONS)
  if (!comparison) throw properties.bad('ComparisonOperator', `one of ${COMPARISONS.join(', ')}`)
  const evaluationPeriods = properties.requiredNumber('EvaluationPeriods', { least: 1, most: 10_080 })
  return {
    name: resource.physicalId,
    arn: context.attribute('Arn'),
    description: properties.text('AlarmDescription') ?? '',
    queries: properties.has('Metrics') ? queriesOf(context) : [{ ...single(properties), id: 'm1', returnData: true }],
    threshold: properties.requiredNumber('Threshold'),
    comparison,
    evaluationPeriods,
    datapointsToAlarm:
      properties.number('DatapointsToAlarm', { least: 1, most: evaluationPeriods }) ?? evaluationPeriods,
    missingData: properties.oneOf('TreatMissingData', ['breaching', 'notBreaching', 'ignore', 'missing']) ?? 'missing',
    actions: actionsOf(properties),
  }
}

function refuseAnomalies(properties: PropertyReader): void {
  const message = 'anomaly detection is not modelled'
  if (properties.has('ThresholdMetricId')) throw notModelled(properties, 'ThresholdMetricId', message)
  const comparison = properties.text('ComparisonOperator') ?? ''
  if (/(Lower|Upper)Threshold$/.test(comparison)) throw notModelled(properties, 'ComparisonOperator', message)
}

const actionsOf = (properties: PropertyReader): AlarmActions => ({
  enabled: properties.boolean('ActionsEnabled') ?? true,
  alarm: properties.texts('AlarmActions'),
  ok: properties.texts('OKActions'),
  insufficientData: properties.texts('InsufficientDataActions'),
})

function single(properties: PropertyReader): { readonly kind: 'metric'; readonly metric: AlarmMetric } {
  const unit = properties.text('Unit')
  const extended = properties.text('ExtendedStatistic')
  const statistic = extended ?? properties.oneOf('Statistic', STATISTICS)
  if (statistic === undefined)
    throw properties.bad('Statistic', `one of ${STATISTICS.join(', ')}, or ExtendedStatistic`)
  return {
    kind: 'metric',
    metric: {
      namespace: properties.requiredText('Namespace'),
      name: properties.requiredText('MetricName'),
      dimensions: dimensionsOf(properties),
      statistic,
      period: periodOf(properties),
      ...(unit === undefined ? {} : { unit }),
    },
  }
}

function queriesOf(context: BuildContext): readonly AlarmQuery[] {
  const { properties } = context
  const queries = properties.objects('Metrics').map(item => queryOf(context, item))
  if (queries.filter(({ returnData }) => returnData).length !== 1) {
    throw properties.bad('Metrics', 'a list of which exactly one has ReturnData true')
  }
  return queries
}

function queryOf(context: BuildContext, item: PropertyReader): AlarmQuery {
  item.withoutEffect({ Label: 'for people' })
  const account = item.text('AccountId')
  if (account !== undefined && account !== context.account) {
    throw notModelled(item, 'AccountId', `the metrics of the account ${account} are not here`)
  }
  const id = item.requiredText('Id')
  const returnData = item.boolean('ReturnData') ?? true
  const expression = item.text('Expression')
  if (expression !== undefined) {
    const refused = /^\s*SELECT\b/i.test(expression)
      ? 'Metrics Insights queries are'
      : /\bANOMALY_DETECTION_BAND\b/.exec(expression) && 'anomaly detection is'
    if (refused) throw notModelled(item, 'Expression', `${refused} not modelled`)
    const period = item.has('Period') ? { period: periodOf(item) } : {}
    return { kind: 'expression', id, expression, returnData, ...period }
  }
  const stat = item.requiredObject('MetricStat')
  const metric = stat.requiredObject('Metric')
  const unit = stat.text('Unit')
  return {
    kind: 'metric',
    id,
    returnData,
    metric: {
      namespace: metric.requiredText('Namespace'),
      name: metric.requiredText('MetricName'),
      dimensions: dimensionsOf(metric),
      statistic: stat.requiredText('Stat'),
      period: periodOf(stat),
      ...(unit === undefined ? {} : { unit }),
    },
  }
}

/** @see "PutMetricAlarm" in the CloudWatch API Reference: 10, 20, 30 or a multiple of 60 s */
function periodOf(reader: PropertyReader) {
  const period = reader.requiredNumber('Period')
  if (period > 0 && (period % 60 === 0 || [10, 20, 30].includes(period))) return seconds(period)
  throw reader.bad('Period', '10, 20, 30 or a multiple of 60')
}
