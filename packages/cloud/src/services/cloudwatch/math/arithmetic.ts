import { MathError } from './math-error.ts'
import type { BinaryOperator } from './parse.ts'
import { type MathValue, mapPoints, momentsOf, oneSeries, scalar, seriesList, type TimeSeries } from './value.ts'

const CALCULATIONS: Readonly<Record<BinaryOperator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
}

/**
 * Two values and an operator. A point that only one of two series has counts as 0 in the other; a division by zero drops
 * the point.
 *
 * @throws MathError for two lists of series
 * @see CloudWatch User Guide, "Using metric math", "Basic arithmetic functions", "Comparison and logical operators"
 */
export function combine(operator: BinaryOperator, left: MathValue, right: MathValue): MathValue {
  const calculate = CALCULATIONS[operator]
  if (left.kind === 'list' && right.kind === 'list') {
    throw new MathError(`The operator ${operator} can't combine two arrays of time series`)
  }
  if (left.kind === 'list')
    return seriesList(left.list.map(each => seriesOf(combine(operator, oneSeries(each), right))))
  if (right.kind === 'list')
    return seriesList(right.list.map(each => seriesOf(combine(operator, left, oneSeries(each)))))
  if (left.kind === 'scalar' && right.kind === 'scalar') return scalar(calculate(left.value, right.value))
  if (left.kind === 'scalar') {
    return oneSeries(mapPoints(asSeries(right), value => calculate(left.value, value)))
  }
  if (right.kind === 'scalar') return oneSeries(mapPoints(left.series, value => calculate(value, right.value)))
  return oneSeries(combineSeries(left.series, right.series, calculate))
}

function combineSeries(a: TimeSeries, b: TimeSeries, calculate: (a: number, b: number) => number): TimeSeries {
  const all = new Map(momentsOf(a, b).map(at => [at, 0]))
  const grid = { label: a.label, period: Math.max(a.period, b.period), points: all }
  return mapPoints(grid, (_, at) => calculate(a.points.get(at) ?? 0, b.points.get(at) ?? 0))
}

/** `-x`. */
export function negative(value: MathValue): MathValue {
  return combine('*', scalar(-1), value)
}

const seriesOf = (value: MathValue): TimeSeries => asSeries(value)

function asSeries(value: MathValue): TimeSeries {
  if (value.kind === 'series') return value.series
  throw new MathError('a time series was expected')
}
