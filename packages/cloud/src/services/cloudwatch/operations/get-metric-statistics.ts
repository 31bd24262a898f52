import { seconds } from '@terrace/kit'
import { z } from 'zod'
import { type Operation, operation, shape, wireList, wireTime } from '../../../gateway/api.ts'
import { timestamp } from '../../../gateway/time.ts'
import type { MetricIdentity } from '../../../metrics/metrics.ts'
import { readStatistic } from '../../../metrics/statistics.ts'
import type { World } from '../../../world.ts'
import { InvalidParameterCombination, InvalidParameterValue, MissingRequiredParameter } from '../errors.ts'
import { MOST_STATISTICS_POINTS } from '../limits.ts'
import { checkPeriod, roundStart } from './rounding.ts'
import { dimensions, metricName, namespace, periodSeconds, statistic, unit } from './shapes.ts'

type Datapoint = { readonly [name: string]: unknown; ExtendedStatistics?: Record<string, number> }

/** GetMetricStatistics: periods begin at the start time, each unit has points of its own. */
export const getMetricStatistics = ({ metrics, clock }: Pick<World, 'clock' | 'metrics'>): Operation =>
  operation({
    name: 'GetMetricStatistics',
    input: shape({
      Namespace: namespace,
      MetricName: metricName,
      Dimensions: dimensions.optional(),
      StartTime: wireTime(),
      EndTime: wireTime(),
      Period: periodSeconds,
      Statistics: wireList(statistic).optional(),
      ExtendedStatistics: wireList(z.string()).optional(),
      Unit: unit.optional(),
    }),
    authorize: () => ({ action: 'cloudwatch:GetMetricStatistics', resource: '*' }),
    run(input) {
      const { Statistics = [], ExtendedStatistics = [] } = input
      checkStatistics(Statistics, ExtendedStatistics)
      const period = checkPeriod(seconds(input.Period), 'Period')
      if (input.StartTime >= input.EndTime) {
        throw new InvalidParameterValue('The parameter StartTime must be less than the parameter EndTime.')
      }
      const points = (input.EndTime - input.StartTime) / period
      if (points > MOST_STATISTICS_POINTS) {
        throw new InvalidParameterCombination(
          `You have requested up to ${Math.ceil(points)} datapoints, which exceeds the limit of ${MOST_STATISTICS_POINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
        )
      }
      const identity = { namespace: input.Namespace, name: input.MetricName, dimensions: input.Dimensions ?? {} }
      const from = roundStart(input.StartTime, period, clock.now())
      const range = { period, from, to: input.EndTime, anchor: from }
      const units = input.Unit ? [input.Unit] : unitsOf(metrics, identity)
      return {
        Label: input.MetricName,
        Datapoints: units.flatMap(each => {
          const found = new Map<number, Datapoint>()
          const read = (name: string) => metrics.query({ ...identity, ...range, statistic: name, unit: each })
          for (const name of Statistics) {
            for (const { at, value } of read(name))
              found.set(at, { ...(found.get(at) ?? start(at, each)), [name]: value })
          }
          for (const name of ExtendedStatistics) {
            for (const { at, value } of read(name)) {
              const known = found.get(at) ?? start(at, each)
              found.set(at, { ...known, ExtendedStatistics: { ...known.ExtendedStatistics, [name]: value } })
            }
          }
          return [...found.values()]
        }),
      }
    },
  })

const start = (at: number, unitName: string): Datapoint => ({ Timestamp: timestamp(at), Unit: unitName })

function checkStatistics(plain: readonly string[], extended: readonly string[]): void {
  if (plain.length === 0 && extended.length === 0) {
    throw new MissingRequiredParameter('Must specify either Statistics or ExtendedStatistics')
  }
  if (plain.length > 0 && extended.length > 0) {
    throw new InvalidParameterCombination('Cannot specify both Statistics and ExtendedStatistics')
  }
  for (const name of extended) {
    if (!readStatistic(name))
      throw new InvalidParameterValue(`The value ${name} for parameter ExtendedStatistics is not supported.`)
  }
}

function unitsOf(metrics: World['metrics'], { namespace: space, name, dimensions: given }: MetricIdentity) {
  const same = (other: Readonly<Record<string, string>>) => {
    const names = Object.keys(other)
    return names.length === Object.keys(given).length && names.every(each => other[each] === given[each])
  }
  return (
    metrics.list().find(each => each.namespace === space && each.name === name && same(each.dimensions))?.units ?? []
  )
}
