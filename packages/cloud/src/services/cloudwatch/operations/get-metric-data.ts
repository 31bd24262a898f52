import { type Instant, minutes, seconds } from '@terrace/kit'
import { z } from 'zod'
import { accepted, type Operation, operation, shape, wireInteger, wireList, wireTime } from '../../../gateway/api.ts'
import { NotEmulated } from '../../../gateway/errors.ts'
import { timestamp } from '../../../gateway/time.ts'
import type { World } from '../../../world.ts'
import { InvalidParameterValue, ValidationError } from '../errors.ts'
import { MOST_DATA_POINTS, MOST_QUERIES } from '../limits.ts'
import { MathError, MathNotEmulated } from '../math/math-error.ts'
import { type Query, QueryRun } from '../math/run-queries.ts'
import { momentsOf, type TimeSeries } from '../math/value.ts'
import { readToken, writeToken } from '../paging.ts'
import { checkIds, queryOf } from './queries.ts'
import { roundStart } from './rounding.ts'
import { type MetricDataQuery, metricDataQuery, scanBy } from './shapes.ts'

/** GetMetricData: metrics and expressions over them; periods are multiples of their own length. */
export const getMetricData = ({ metrics, clock }: Pick<World, 'clock' | 'metrics'>): Operation =>
  operation({
    name: 'GetMetricData',
    input: shape({
      MetricDataQueries: wireList(metricDataQuery, MOST_QUERIES).refine(
        list => list.length >= 1,
        'Member must have length greater than or equal to 1',
      ),
      StartTime: wireTime(),
      EndTime: wireTime(),
      NextToken: z.string().optional(),
      ScanBy: scanBy,
      MaxDatapoints: wireInteger().optional(),
      LabelOptions: accepted(
        shape({ Timezone: z.string().optional() }).optional(),
        'labels here have no dynamic parts whose time zone could differ',
      ),
    }),
    authorize: () => ({ action: 'cloudwatch:GetMetricData', resource: '*' }),
    run({ MetricDataQueries, StartTime, EndTime, NextToken, ScanBy, MaxDatapoints = MOST_DATA_POINTS }) {
      if (StartTime >= EndTime) {
        throw new InvalidParameterValue('The parameter StartTime must be less than the parameter EndTime.')
      }
      checkIds(MetricDataQueries)
      const queries = MetricDataQueries.map(toQuery)
      const shortest = Math.min(
        ...queries.flatMap(each => (each.kind === 'metric' ? [each.metric.period] : [])),
        minutes(1),
      )
      const run = new QueryRun(metrics, queries, { from: roundStart(StartTime, shortest, clock.now()), to: EndTime })
      const results = MetricDataQueries.filter(({ ReturnData = true }) => ReturnData).flatMap(query =>
        answered(() => resultsOf(run, query)),
      )
      return paged(results, ScanBy === 'TimestampAscending', Math.max(1, MaxDatapoints), NextToken)
    },
  })

function toQuery(given: MetricDataQuery): Query {
  const query = queryOf(given)
  const period = given.Period === undefined ? {} : { period: seconds(given.Period) }
  return query.kind === 'metric' ? { ...query, label: given.Label } : { ...query, label: given.Label, ...period }
}

interface Result {
  readonly id: string
  readonly label: string
  readonly series: TimeSeries
}

function resultsOf(run: QueryRun, { Id, Label }: MetricDataQuery): readonly Result[] {
  const value = run.valueOf(Id)
  if (value?.kind === 'series') return [{ id: Id, label: Label ?? value.series.label, series: value.series }]
  if (value?.kind === 'list') {
    return value.list.map(series => ({ id: Id, label: [Label ?? Id, series.label].filter(Boolean).join(' '), series }))
  }
  throw new MathError(
    `Error in expression '${Id}': the final result must be a time series or an array of them, no scalar`,
  )
}

/** @throws ValidationError, NotEmulated in place of the errors of math */
export function answered<T>(compute: () => T): T {
  try {
    return compute()
  } catch (error) {
    if (error instanceof MathError) throw new ValidationError(error.message)
    if (error instanceof MathNotEmulated) throw new NotEmulated(error.what)
    throw error
  }
}

/** All results, and of their points those of this page: the points of the results follow one another. */
function paged(results: readonly Result[], ascending: boolean, most: number, token: string | undefined) {
  const start = token === undefined ? 0 : readToken(token)
  let passed = 0
  const page = results.map(({ id, label, series }) => {
    const moments = ascending ? momentsOf(series) : momentsOf(series).toReversed()
    const first = Math.max(start - passed, 0)
    const last = Math.max(start + most - passed, 0)
    passed += moments.length
    const shown: readonly Instant[] = moments.slice(first, last)
    return {
      Id: id,
      Label: label,
      Timestamps: shown.map(timestamp),
      Values: shown.map(at => series.points.get(at) ?? 0),
      StatusCode: last < moments.length ? 'PartialData' : 'Complete',
    }
  })
  return {
    MetricDataResults: page,
    NextToken: start + most < passed ? writeToken(start + most) : undefined,
    Messages: [],
  }
}
