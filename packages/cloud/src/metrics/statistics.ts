import { TerraceError } from '@terrace/kit'
import type { Distribution } from './distribution.ts'

/** One of CloudWatch's statistics. @see CloudWatch User Guide, "CloudWatch statistics definitions" */
export type Statistic =
  | { readonly kind: 'SampleCount' | 'Average' | 'Sum' | 'Minimum' | 'Maximum' }
  /** `p99.9`: 0 to 100. */
  | { readonly kind: 'percentile'; readonly percent: number }
  /** `tm90`, `TC(5%:95%)`, `WM(:300)`, `PR(100:2000)`: of the values between two bounds. */
  | { readonly kind: Ranged; readonly bounds: Bounds }

type Ranged = 'tm' | 'tc' | 'ts' | 'wm' | 'pr'

interface Bounds {
  /** Of the data points in the order of their values, or values themselves. */
  readonly in: 'percent' | 'value'
  /** Not included. */
  readonly low: number
  /** Included. */
  readonly high: number
}

const PLAIN = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const
const NUMBER = String.raw`-?\d+(?:\.\d{1,10})?`
const ONE = /^(p|tm|tc|ts|wm)(\d{1,3}(?:\.\d{1,10})?)$/
const RANGE = new RegExp(`^(TM|TC|TS|WM|PR)\\((${NUMBER})?(%?):(${NUMBER})?(%?)\\)$`)

/** Reads a statistic's name; nothing when CloudWatch has none of that name. */
export function readStatistic(text: string): Statistic | undefined {
  const plain = PLAIN.find(name => name === text)
  if (plain) return { kind: plain }
  if (text === 'IQM') return { kind: 'tm', bounds: { in: 'percent', low: 25, high: 75 } }
  const one = ONE.exec(text)
  if (one) return readPercentage(one[1] ?? '', Number(one[2]))
  const range = RANGE.exec(text)
  return range ? readRange(range) : undefined
}

/** @throws TerraceError METRIC_STATISTIC */
export function parseStatistic(text: string): Statistic {
  const statistic = readStatistic(text)
  if (statistic) return statistic
  throw new TerraceError('METRIC_STATISTIC', `there is no statistic ${text}`, {
    hint: 'use Average, Sum, Minimum, Maximum, SampleCount, p99, tm95, TM(10%:90%), PR(:300) or the like',
  })
}

function readPercentage(name: string, percent: number): Statistic | undefined {
  if (percent > 100) return undefined
  if (name === 'p') return { kind: 'percentile', percent }
  const kind = rangedKind(name)
  return kind && { kind, bounds: { in: 'percent', low: 0, high: percent } }
}

function readRange([, name = '', low, lowSign, high, highSign]: RegExpExecArray): Statistic | undefined {
  const kind = rangedKind(name.toLowerCase())
  const percent = lowSign === '%' || highSign === '%'
  if (!kind || (low === undefined && high === undefined)) return undefined
  // Both bounds are of one sort, and a rank is of fixed values alone.
  if (percent && ((low !== undefined && lowSign !== '%') || (high !== undefined && highSign !== '%'))) return undefined
  if (percent && kind === 'pr') return undefined
  const bounds: Bounds = {
    in: percent ? 'percent' : 'value',
    low: low === undefined ? (percent ? 0 : Number.NEGATIVE_INFINITY) : Number(low),
    high: high === undefined ? (percent ? 100 : Number.POSITIVE_INFINITY) : Number(high),
  }
  if (bounds.low >= bounds.high) return undefined
  return percent && (bounds.low < 0 || bounds.high > 100) ? undefined : { kind, bounds }
}

const rangedKind = (name: string): Ranged | undefined =>
  (['tm', 'tc', 'ts', 'wm', 'pr'] as const).find(kind => kind === name)

/** Whether it is computed from single values, not from sums: what low sample counts make uncertain. */
export const needsValues = ({ kind }: Statistic): boolean => !PLAIN.some(name => name === kind)

/**
 * The statistic over a period's values. Nothing for an empty period, and for one whose single values aren't known, or some
 * are negative, where the statistic needs them.
 */
export function compute(statistic: Statistic, values: Distribution): number | undefined {
  if (values.count === 0) return undefined
  switch (statistic.kind) {
    case 'SampleCount':
      return values.count
    case 'Average':
      return values.sum / values.count
    case 'Sum':
      return values.sum
    case 'Minimum':
      return values.minimum
    case 'Maximum':
      return values.maximum
  }
  if (!values.transparent || values.minimum < 0) return undefined
  const sorted = [...values.values()].sort(([a], [b]) => a - b)
  if (statistic.kind === 'percentile') return valueAtRank(sorted, lastRank(statistic.percent, values.count))
  return computeRanged(statistic.kind, statistic.bounds, sorted, values.count)
}

type Sorted = readonly (readonly [value: number, count: number])[]

function computeRanged(kind: Ranged, bounds: Bounds, sorted: Sorted, total: number): number | undefined {
  const kept = bounds.in === 'percent' ? keepRanks(sorted, bounds, total) : keepValues(sorted, bounds)
  const count = kept.reduce((sum, [, each]) => sum + each, 0)
  const sum = kept.reduce((all, [value, each]) => all + value * each, 0)
  switch (kind) {
    case 'tc':
      return count
    case 'ts':
      return sum
    case 'pr':
      return (100 * count) / total
    case 'tm':
      return count === 0 ? undefined : sum / count
    case 'wm':
      return winsorizedMean(bounds, sorted, total)
  }
}

/** p99 is the largest value of the 99 % that are left, so that the rank is rounded up. */
const lastRank = (percent: number, total: number) => Math.max(Math.ceil((percent / 100) * total), Math.min(1, total))
const firstRank = (percent: number, total: number) => Math.floor((percent / 100) * total)

function valueAtRank(sorted: Sorted, rank: number): number | undefined {
  let passed = 0
  for (const [value, count] of sorted) {
    passed += count
    if (passed >= rank) return value
  }
  return sorted.at(-1)?.[0]
}

function keepRanks(sorted: Sorted, { low, high }: Bounds, total: number): Sorted {
  const after = firstRank(low, total)
  const upTo = lastRank(high, total)
  let passed = 0
  return sorted.flatMap(([value, count]) => {
    const inside = Math.min(passed + count, upTo) - Math.max(passed, after)
    passed += count
    return inside > 0 ? [[value, inside] as const] : []
  })
}

const keepValues = (sorted: Sorted, { low, high }: Bounds): Sorted =>
  sorted.filter(([value]) => value > low && value <= high)

function winsorizedMean(bounds: Bounds, sorted: Sorted, total: number): number {
  const kept = bounds.in === 'percent' ? keepRanks(sorted, bounds, total) : []
  const low = bounds.in === 'percent' ? (kept[0]?.[0] ?? Number.NEGATIVE_INFINITY) : bounds.low
  const high = bounds.in === 'percent' ? (kept.at(-1)?.[0] ?? Number.POSITIVE_INFINITY) : bounds.high
  return sorted.reduce((sum, [value, count]) => sum + Math.min(Math.max(value, low), high) * count, 0) / total
}
