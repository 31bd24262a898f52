import { seconds } from '@terrace/kit'
import type { AlarmQuery } from '@terrace/model'
import { readStatistic } from '../../../metrics/statistics.ts'
import { ValidationError } from '../errors.ts'
import { checkPeriod } from './rounding.ts'
import type { MetricDataQuery } from './shapes.ts'

/** A query of GetMetricData or PutMetricAlarm as the model has it. @throws ValidationError, InvalidParameterValue */
export function queryOf(query: MetricDataQuery): AlarmQuery {
  const { Id, MetricStat, Expression, ReturnData = true } = query
  if (MetricStat && Expression !== undefined) {
    throw new ValidationError(
      `The parameters MetricDataQuery.Expression and MetricStat of ${Id} are mutually exclusive and you have specified both.`,
    )
  }
  if (Expression !== undefined) return { kind: 'expression', id: Id, expression: Expression, returnData: ReturnData }
  if (!MetricStat) throw new ValidationError(`Either MetricStat or Expression of ${Id} is required.`)
  const { Metric, Period, Stat, Unit } = MetricStat
  if (!readStatistic(Stat))
    throw new ValidationError(`The value ${Stat} for parameter MetricStat.Stat of ${Id} is not supported.`)
  return {
    kind: 'metric',
    id: Id,
    returnData: ReturnData,
    metric: {
      namespace: Metric.Namespace,
      name: Metric.MetricName,
      dimensions: Metric.Dimensions ?? {},
      statistic: Stat,
      period: checkPeriod(seconds(Period), `MetricStat.Period of ${Id}`),
      ...(Unit === undefined ? {} : { unit: Unit }),
    },
  }
}

/** @throws ValidationError when two have one id */
export function checkIds(queries: readonly { readonly Id: string }[]): void {
  const seen = new Set<string>()
  for (const { Id } of queries) {
    if (seen.has(Id))
      throw new ValidationError(`The values for parameter id in MetricDataQueries are not unique: ${Id}`)
    seen.add(Id)
  }
}
