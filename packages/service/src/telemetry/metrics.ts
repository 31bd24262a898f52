import { type Clock, type Duration, seconds } from '@terrace/kit'
import { Spread } from './spread.ts'

const INTERVAL: Duration = seconds(60)
/** Values of one metric in one line. @see CloudWatch User Guide, "Specification: Embedded metric format" */
const MOST_VALUES = 100
/** Combinations of dimensions that are kept apart; what is beyond is left out, and costs a metric each on AWS. */
const MOST_SERIES = 200

/** What a service counts and measures. */
export interface Metrics {
  /** @param dimensions  what is counted apart, besides service and environment: few values each */
  count(name: string, value?: number, dimensions?: Readonly<Record<string, string>>): void
  /** How long something took, milliseconds. */
  timing(name: string, milliseconds: number, dimensions?: Readonly<Record<string, string>>): void
  /** What rises and falls, such as the length of a queue: to be looked at in even intervals. */
  gauge(name: string, value: number, dimensions?: Readonly<Record<string, string>>): void
}

export interface MetricsOptions {
  readonly namespace: string
  readonly service: string
  readonly environment: string
  readonly clock: Clock
  /** Takes one line, its newline included. */
  readonly write: (line: string) => void
}

/** Metrics that nobody asked for. */
export const noMetrics: Metrics & { stop(): void } = { count() {}, timing() {}, gauge() {}, stop() {} }

interface Series {
  readonly dimensions: Readonly<Record<string, string>>
  readonly counts: Map<string, number>
  readonly samples: Map<string, Samples>
}

interface Samples {
  readonly unit: 'Milliseconds' | 'Count'
  readonly spread: Spread
}

/**
 * Metrics as lines of the log in CloudWatch's embedded metric format, one a minute for each combination of dimensions.
 * Counts are sums. Timings and gauges are up to 100 values that stand for all of a minute, so that percentiles are right within
 * 1 %, and the number of samples isn't: that is what the count is for.
 *
 * @returns `stop` writes what is left
 */
export function embeddedMetrics(options: MetricsOptions): Metrics & { stop(): void } {
  const { namespace, clock, write } = options
  const common = { service: options.service, environment: options.environment }
  let series = new Map<string, Series>()
  const seriesOf = (dimensions: Readonly<Record<string, string>>): Series | undefined => {
    const key = JSON.stringify(dimensions)
    let one = series.get(key)
    if (!one && series.size < MOST_SERIES) {
      one = { dimensions, counts: new Map(), samples: new Map() }
      series.set(key, one)
    }
    return one
  }
  const sample = (
    name: string,
    value: number,
    unit: Samples['unit'],
    dimensions: Readonly<Record<string, string>> = {},
  ) => {
    const samples = seriesOf(dimensions)?.samples
    const own = samples?.get(name) ?? { unit, spread: new Spread() }
    own.spread.add(value)
    samples?.set(name, own)
  }
  const flush = () => {
    const ended = series
    series = new Map()
    for (const one of ended.values()) write(`${JSON.stringify(lineOf(one, namespace, common, clock.now()))}\n`)
  }
  const stopFlushing = clock.every(INTERVAL, flush)
  return {
    count(name, value = 1, dimensions = {}) {
      const counts = seriesOf(dimensions)?.counts
      counts?.set(name, (counts.get(name) ?? 0) + value)
    },
    timing: (name, milliseconds, dimensions) => sample(name, milliseconds, 'Milliseconds', dimensions),
    gauge: (name, value, dimensions) => sample(name, value, 'Count', dimensions),
    stop() {
      stopFlushing()
      flush()
    },
  }
}

function lineOf(
  { dimensions, counts, samples }: Series,
  namespace: string,
  common: Readonly<Record<string, string>>,
  now: number,
): Readonly<Record<string, unknown>> {
  const all = { ...common, ...dimensions }
  const definitions = [
    ...[...counts.keys()].map(Name => ({ Name, Unit: 'Count' })),
    ...[...samples].map(([Name, { unit }]) => ({ Name, Unit: unit })),
  ]
  return {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [Object.keys(all)], Metrics: definitions }],
    },
    ...all,
    ...Object.fromEntries(counts),
    ...Object.fromEntries([...samples].map(([name, { spread }]) => [name, spread.sample(MOST_VALUES)])),
  }
}
