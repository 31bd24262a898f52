import type { AlarmMetric, AlarmQuery } from '@terrace/model'
import type { StoredAlarm, StoredMetricAlarm } from '../stored-alarm.ts'

/**
 * What an alarm watches, in the spelling of events and Lambda payloads.
 * @see CloudWatch User Guide, "Alarm events and EventBridge"
 */
export function configurationOf(alarm: StoredAlarm): Readonly<Record<string, unknown>> {
  const { description } = alarm.definition
  const described = description === '' ? {} : { description }
  if (alarm.kind === 'composite') return { alarmRule: alarm.definition.rule, ...described }
  return { ...described, metrics: alarm.definition.queries.map(query => queryOf(alarm, query)) }
}

function queryOf(alarm: StoredMetricAlarm, query: AlarmQuery): unknown {
  const { queries, labels = {}, expressionPeriods = {} } = alarm.definition
  const label = labels[query.id]
  const labelled = label === undefined ? {} : { label }
  if (query.kind === 'metric') {
    const id = queries.length === 1 ? alarm.metricId : query.id
    return { id, ...labelled, metricStat: metricStat(query.metric), returnData: query.returnData }
  }
  const period = expressionPeriods[query.id]
  return {
    expression: query.expression,
    id: query.id,
    ...labelled,
    ...(period === undefined ? {} : { period: period / 1000 }),
    returnData: query.returnData,
  }
}

const metricStat = ({ namespace, name, dimensions, period, statistic, unit }: AlarmMetric) => ({
  metric: { dimensions, name, namespace },
  period: period / 1000,
  stat: statistic,
  ...(unit === undefined ? {} : { unit }),
})
