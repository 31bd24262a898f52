import type { Instant } from '@terrace/kit'
import type { MathCall } from './functions.ts'
import { MathError } from './math-error.ts'
import { type MathValue, momentsOf, oneSeries, seriesList, type TimeSeries } from './value.ts'

/** What stands in for a missing point: by its moment, and by the points around it. */
type Filler = (at: Instant, around: Around) => number | undefined

interface Around {
  readonly before: readonly [Instant, number] | undefined
  readonly after: readonly [Instant, number] | undefined
}

/** `FILL(m1, 0)`, `FILL(METRICS(), m1)`, `FILL(m1, REPEAT)`, `FILL(m1, LINEAR)`. @see CloudWatch User Guide, "Using metric math" */
export function fill(call: MathCall): MathValue {
  const [what, how] = call.arguments
  if (!what || !how) throw new MathError('FILL takes a time series or an array of them, and what to fill it with')
  const filler = fillerOf(call)
  const value = call.compute(what)
  if (value.kind === 'scalar') throw new MathError('FILL takes a time series or an array of them')
  const change = (series: TimeSeries) => fillSeries(series, call, filler)
  return value.kind === 'series' ? oneSeries(change(value.series)) : seriesList(value.list.map(change))
}

function fillerOf(call: MathCall): Filler {
  const how = call.arguments[1]
  if (how?.kind === 'name' && how.name === 'REPEAT') return (_, { before }) => before?.[1]
  if (how?.kind === 'name' && how.name === 'LINEAR') return linear
  const value = how && call.compute(how)
  if (value?.kind === 'scalar') return () => value.value
  if (value?.kind === 'series') return at => value.series.points.get(at)
  throw new MathError('FILL fills with a number, a time series, REPEAT or LINEAR')
}

const linear: Filler = (at, { before, after }) => {
  if (!before || !after) return undefined
  return before[1] + ((after[1] - before[1]) * (at - before[0])) / (after[0] - before[0])
}

function fillSeries(series: TimeSeries, { context }: MathCall, filler: Filler): TimeSeries {
  const known = momentsOf(series).map(at => [at, series.points.get(at) ?? 0] as const)
  const points = new Map<Instant, number>()
  const { from, to, anchor } = context
  let next = 0
  const first = anchor + Math.ceil((from - anchor) / series.period) * series.period
  for (let at = first; at < to; at += series.period) {
    while (next < known.length && (known[next]?.[0] ?? 0) < at) next++
    const own = series.points.get(at)
    const value = own ?? filler(at, { before: known[next - 1], after: known[next] })
    if (value !== undefined) points.set(at, value)
  }
  return { label: series.label, period: series.period, points }
}
