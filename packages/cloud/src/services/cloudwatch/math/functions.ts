import type { Duration, Instant } from '@terrace/kit'
import type { MathContext } from './evaluate.ts'
import { fill } from './fill.ts'
import { choose } from './if.ts'
import { MathError } from './math-error.ts'
import type { Expression } from './parse.ts'
import {
  type MathValue,
  mapPoints,
  momentsOf,
  oneSeries,
  scalar,
  seriesList,
  type TimeSeries,
  valuesOf,
} from './value.ts'

/** A function with what it was called with. Arguments are computed when they are asked for: some are words. */
export interface MathCall {
  readonly name: string
  readonly arguments: readonly Expression[]
  compute(argument: Expression): MathValue
  readonly context: MathContext
}

type MathFunction = (call: MathCall) => MathValue

/** AWS has them; here they are refused by name. */
export const REFUSED: ReadonlySet<string> = new Set([
  'ANOMALY_DETECTION_BAND',
  'DB_PERF_INSIGHTS',
  'INSIGHT_RULE_METRIC',
  'LAMBDA',
  'SEARCH',
  'SERVICE_QUOTA',
])

const sum = (values: readonly number[]) => values.reduce((all, each) => all + each, 0)
const average = (values: readonly number[]) => sum(values) / values.length
const deviation = (values: readonly number[]) => {
  const mean = average(values)
  return Math.sqrt(average(values.map(value => (value - mean) ** 2)))
}

/** One number of a series; a series of a list, in which missing values are left out unless they count as 0. */
const reduce =
  (calculate: (values: readonly number[]) => number, missing: 'zero' | 'left out' = 'left out'): MathFunction =>
  call => {
    const value = call.compute(argument(call, 0))
    if (value.kind === 'scalar') return value
    if (value.kind === 'series')
      return scalar(value.series.points.size ? calculate(valuesOf(value.series)) : Number.NaN)
    const points = momentsOf(...value.list).map(at => {
      const there = value.list.map(({ points }) => points.get(at))
      const counted = missing === 'zero' ? there.map(each => each ?? 0) : there.filter(each => each !== undefined)
      return [at, calculate(counted)] as const
    })
    return oneSeries(named(call, value.list[0], new Map(points)))
  }

const eachPoint =
  (change: (value: number) => number): MathFunction =>
  call =>
    eachSeries(call, series => mapPoints(series, change))

function eachSeries(call: MathCall, change: (series: TimeSeries) => TimeSeries): MathValue {
  const value = call.compute(argument(call, 0))
  if (value.kind === 'scalar') throw new MathError(`${call.name} takes a time series or an array of them`)
  return value.kind === 'series' ? oneSeries(change(value.series)) : seriesList(value.list.map(change))
}

/** From each point and the one before it. */
const withPrevious =
  (change: (difference: number, elapsed: Duration) => number): MathFunction =>
  call =>
    eachSeries(call, series => {
      const moments = momentsOf(series)
      const previous = new Map(moments.map((at, i) => [at, moments[i - 1]]))
      return mapPoints(series, (value, at) => {
        const before = previous.get(at)
        return before === undefined ? undefined : change(value - (series.points.get(before) ?? 0), at - before)
      })
    })

const runningSum: MathFunction = call =>
  eachSeries(call, series => {
    let total = 0
    return mapPoints(series, value => {
      total += value
      return total
    })
  })

const calendar =
  (read: (date: Date) => number): MathFunction =>
  call => {
    const { period } = seriesArgument(call, 0)
    return oneSeries({ label: call.name, period, points: grid(call.context, at => read(new Date(at))) })
  }

const timeSeries: MathFunction = call => {
  const value = scalarArgument(call, 0)
  return oneSeries({ label: call.name, period: call.context.period, points: grid(call.context, () => value) })
}

const metrics: MathFunction = call => {
  const [part] = call.arguments
  if (part && part.kind !== 'text') throw new MathError('METRICS takes nothing, or a text in quotation marks')
  return seriesList(call.context.metrics.filter(({ id }) => !part || id?.includes(part.value)))
}

const sort: MathFunction = call => {
  const list = listArgument(call, 0)
  const by = wordArgument(call, 1, ['AVG', 'MIN', 'MAX', 'SUM'])
  const direction = wordArgument(call, 2, ['ASC', 'DESC']) === 'ASC' ? 1 : -1
  const calculate = { AVG: average, SUM: sum, MIN: smallest, MAX: largest }[by] ?? average
  const sorted = list
    .map(series => ({ series, key: calculate(valuesOf(series)) }))
    .sort((a, b) => direction * (a.key - b.key))
    .map(({ series }) => series)
  return seriesList(call.arguments.length > 3 ? sorted.slice(0, scalarArgument(call, 3)) : sorted)
}

const slice: MathFunction = call => {
  const end = call.arguments.length > 2 ? scalarArgument(call, 2) : undefined
  return seriesList(listArgument(call, 0).slice(scalarArgument(call, 1), end))
}

const only =
  (which: 0 | -1): MathFunction =>
  call => {
    const series = listArgument(call, 0).at(which)
    if (!series) throw new MathError(`${call.name} was given an empty array`)
    return oneSeries(series)
  }

const smallest = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
const largest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)

/** @see CloudWatch User Guide, "Using metric math", "Functions supported for metric math" */
export const FUNCTIONS: Readonly<Record<string, MathFunction | undefined>> = {
  ABS: eachPoint(Math.abs),
  AVG: reduce(average, 'zero'),
  CEIL: eachPoint(Math.ceil),
  DATAPOINT_COUNT: reduce(values => values.length),
  DATE: calendar(date => date.getUTCDate()),
  // Monday is 1, Sunday is 7.
  DAY: calendar(date => date.getUTCDay() || 7),
  DIFF: withPrevious(difference => difference),
  DIFF_TIME: withPrevious((_, elapsed) => elapsed / 1000),
  EPOCH: calendar(date => date.getTime() / 1000),
  FILL: fill,
  FIRST: only(0),
  FLOOR: eachPoint(Math.floor),
  HOUR: calendar(date => date.getUTCHours()),
  IF: choose,
  LAST: only(-1),
  LOG: eachPoint(Math.log),
  LOG10: eachPoint(Math.log10),
  MAX: reduce(largest),
  METRIC_COUNT: call => scalar(listArgument(call, 0).length),
  METRICS: metrics,
  MIN: reduce(smallest),
  MINUTE: calendar(date => date.getUTCMinutes()),
  MONTH: calendar(date => date.getUTCMonth() + 1),
  PERIOD: call => scalar(seriesArgument(call, 0).period / 1000),
  RATE: withPrevious((difference, elapsed) => difference / (elapsed / 1000)),
  REMOVE_EMPTY: call => seriesList(listArgument(call, 0).filter(({ points }) => points.size > 0)),
  RUNNING_SUM: runningSum,
  SLICE: slice,
  SORT: sort,
  STDDEV: reduce(deviation),
  SUM: reduce(sum),
  TIME_SERIES: timeSeries,
  YEAR: calendar(date => date.getUTCFullYear()),
}

function grid({ from, to, period, anchor }: MathContext, value: (at: Instant) => number): ReadonlyMap<Instant, number> {
  const points = new Map<Instant, number>()
  const first = anchor + Math.ceil((from - anchor) / period) * period
  for (let at = first; at < to; at += period) points.set(at, value(at))
  return points
}

const named = (call: MathCall, like: TimeSeries | undefined, points: ReadonlyMap<Instant, number>): TimeSeries => ({
  label: call.name,
  period: like?.period ?? call.context.period,
  points,
})

function argument(call: MathCall, index: number): Expression {
  const found = call.arguments[index]
  if (found) return found
  throw new MathError(`${call.name} takes more than ${call.arguments.length} arguments`)
}

function scalarArgument(call: MathCall, index: number): number {
  const value = call.compute(argument(call, index))
  if (value.kind === 'scalar') return value.value
  throw new MathError(`Argument ${index + 1} of ${call.name} must be a scalar number`)
}

function seriesArgument(call: MathCall, index: number): TimeSeries {
  const value = call.compute(argument(call, index))
  if (value.kind === 'series') return value.series
  throw new MathError(`Argument ${index + 1} of ${call.name} must be a time series`)
}

function listArgument(call: MathCall, index: number): readonly TimeSeries[] {
  const value = call.compute(argument(call, index))
  if (value.kind === 'list') return value.list
  throw new MathError(`Argument ${index + 1} of ${call.name} must be an array of time series`)
}

function wordArgument(call: MathCall, index: number, words: readonly string[]): string {
  const word = argument(call, index)
  if (word.kind === 'name' && words.includes(word.name)) return word.name
  throw new MathError(`Argument ${index + 1} of ${call.name} must be one of ${words.join(', ')}`)
}
