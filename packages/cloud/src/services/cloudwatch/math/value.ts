import type { Duration, Instant } from '@terrace/kit'

/** One value for some of the moments of a grid. */
export interface TimeSeries {
  /** The query's id, for what comes straight from a metric. */
  readonly id?: string
  readonly label: string
  readonly period: Duration
  readonly points: ReadonlyMap<Instant, number>
}

/** What an expression, or a part of it, gives. @see CloudWatch User Guide, "Using metric math", "Data type abbreviations" */
export type MathValue =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'series'; readonly series: TimeSeries }
  | { readonly kind: 'list'; readonly list: readonly TimeSeries[] }

export const scalar = (value: number): MathValue => ({ kind: 'scalar', value })
export const oneSeries = (series: TimeSeries): MathValue => ({ kind: 'series', series })
export const seriesList = (list: readonly TimeSeries[]): MathValue => ({ kind: 'list', list })

/** The same calculation on each point; points that become no number are dropped. */
export function mapPoints(series: TimeSeries, change: (value: number, at: Instant) => number | undefined): TimeSeries {
  const points = new Map<Instant, number>()
  for (const at of momentsOf(series)) {
    const value = change(series.points.get(at) ?? 0, at)
    if (value !== undefined && Number.isFinite(value)) points.set(at, value)
  }
  return { label: series.label, period: series.period, points }
}

/** In the order of time. */
export const momentsOf = (...all: readonly TimeSeries[]): readonly Instant[] =>
  [...new Set(all.flatMap(({ points }) => [...points.keys()]))].sort((a, b) => a - b)

/** In the order of time. */
export const valuesOf = (series: TimeSeries): readonly number[] =>
  momentsOf(series).map(at => series.points.get(at) ?? 0)
