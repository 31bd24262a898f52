import type { Duration, Instant } from '@terrace/kit'

/** Names one metric of CloudWatch; the order of its dimensions doesn't matter. */
export interface MetricIdentity {
  /** Such as `AWS/EC2`. */
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
}

/** What is measured at one moment: one value, or many of them summed up. */
export interface MetricDatum extends MetricIdentity {
  readonly value: number | StatisticSet | ValueCounts
  /** Such as `Percent` or `Count`; `None` when absent. */
  readonly unit?: string
  /** Absent: now. */
  readonly at?: Instant
  /** One second for high-resolution metrics, else one minute. */
  readonly resolution?: Duration
}

export interface StatisticSet {
  readonly sampleCount: number
  readonly sum: number
  readonly minimum: number
  readonly maximum: number
}

/** Each value as often as its count says: keeps percentiles exact. */
export interface ValueCounts {
  readonly values: readonly number[]
  readonly counts: readonly number[]
}

export interface MetricQuery extends MetricIdentity {
  /** `Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount`, `p99`, `tm95`… */
  readonly statistic: string
  readonly period: Duration
  /** The first period that counts begins here, or before it at a multiple of the period. */
  readonly from: Instant
  /** Not included. */
  readonly to: Instant
  /** Only what was put with this unit; absent: all of it, together. */
  readonly unit?: string
  /** Periods begin at this moment and at whole periods before and after it; absent: at multiples of the period. */
  readonly anchor?: Instant
}

/** The beginning of a period, and the statistic over it; periods without data are not there. */
export interface MetricPoint {
  readonly at: Instant
  readonly value: number
  /** How many values the statistic was made of. */
  readonly sampleCount: number
}

/** A metric that somebody has put a value to. */
export interface KnownMetric extends MetricIdentity {
  /** In the order in which they came. */
  readonly units: readonly string[]
  /** The newest moment that a value was put for. */
  readonly newest: Instant
}

/** The metric store of CloudWatch, as every part of the cloud writes to it. */
export interface Metrics {
  /** @throws TerraceError METRIC_VALUE for NaN, infinity and counts that are not above 0 */
  put(...data: readonly MetricDatum[]): void
  /** In the order of time. @throws TerraceError METRIC_STATISTIC, METRIC_PERIOD */
  query(query: MetricQuery): readonly MetricPoint[]
  /** What exists, in the order in which it appeared. */
  list(): readonly KnownMetric[]
}
