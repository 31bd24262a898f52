import type { MathCall } from './functions.ts'
import { MathError } from './math-error.ts'
import { type MathValue, mapPoints, oneSeries, type TimeSeries } from './value.ts'

/**
 * `IF(condition, then, else)`. Where the condition holds and `then` has no point, there is a 0; where it doesn't hold and
 * `else` has none, or is left out, there is no point.
 * @see CloudWatch User Guide, "Using metric math", "Using IF expressions"
 */
export function choose(call: MathCall): MathValue {
  const [first, second, third] = call.arguments
  if (!first || !second) throw new MathError('IF takes a condition, a value, and perhaps another value')
  const condition = call.compute(first)
  const then = single(call.compute(second))
  const otherwise = third && single(call.compute(third))
  if (condition.kind === 'list') throw new MathError('The condition of IF must not be an array of time series')
  if (condition.kind === 'series') {
    return oneSeries(
      mapPoints(condition.series, (value, at) => (value === 0 ? pointAt(otherwise, at) : (pointAt(then, at) ?? 0))),
    )
  }
  const chosen = condition.value === 0 ? otherwise : then
  if (chosen) return chosen
  const { series } = then.kind === 'series' ? then : { series: empty(call) }
  return oneSeries({ ...series, points: new Map() })
}

type Single = Exclude<MathValue, { kind: 'list' }>

function single(value: MathValue): Single {
  if (value.kind !== 'list') return value
  throw new MathError('The values of IF must not be arrays of time series')
}

const pointAt = (value: Single | undefined, at: number): number | undefined =>
  value?.kind === 'scalar' ? value.value : value?.series.points.get(at)

const empty = ({ context }: MathCall): TimeSeries => ({ label: 'IF', period: context.period, points: new Map() })
