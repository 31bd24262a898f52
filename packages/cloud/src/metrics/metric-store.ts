import { type Clock, hours, type Instant, minutes, TerraceError } from '@terrace/kit'
import { Distribution } from './distribution.ts'
import type { KnownMetric, MetricDatum, MetricIdentity, MetricPoint, MetricQuery, Metrics } from './metrics.ts'
import { Series } from './series.ts'
import { compute, parseStatistic } from './statistics.ts'

/** Most periods that are kept of all metrics together; some 100 bytes each. */
export const MOST_BUCKETS = 400_000

/** How often old data is rolled up. */
const ROLL_UP_INTERVAL = hours(1)

interface StoredMetric {
  readonly identity: MetricIdentity
  readonly units: Map<string, Series>
}

/**
 * Keeps what was measured, by metric, unit and time, at the documented resolutions.
 *
 * differs: it is kept in memory and lost at a stop; beyond 400,000 periods old data is rolled up earlier than documented;
 * what was put can be read at once.
 * @see CloudWatch User Guide, "Amazon CloudWatch concepts"
 */
export class MetricStore implements Metrics {
  readonly #clock: Clock
  readonly #metrics = new Map<string, StoredMetric>()
  #rolledUp: Instant
  #grownBy = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#rolledUp = clock.now()
  }

  put(...data: readonly MetricDatum[]): void {
    const now = this.#clock.now()
    for (const datum of data) this.#putOne(datum, datum.at ?? now)
    if (now - this.#rolledUp >= ROLL_UP_INTERVAL || this.#grownBy >= MOST_BUCKETS / 4) this.#rollUp(now)
  }

  query({ period, from, to, anchor = 0, unit, statistic: name, ...identity }: MetricQuery): readonly MetricPoint[] {
    if (!(period >= 1000)) {
      throw new TerraceError('METRIC_PERIOD', `a period of ${period} ms is shorter than a second`)
    }
    const statistic = parseStatistic(name)
    const metric = this.#metrics.get(keyOf(identity))
    if (!metric) return []
    const start = (at: Instant) => anchor + Math.floor((at - anchor) / period) * period
    const periods = new Map<Instant, Distribution>()
    const into = (at: Instant) => {
      const begin = start(at)
      const known = periods.get(begin) ?? new Distribution()
      periods.set(begin, known)
      return known
    }
    for (const [each, series] of metric.units) {
      if (unit === undefined || each === unit) series.collect(start(from), to, period, into)
    }
    return [...periods]
      .sort(([a], [b]) => a - b)
      .flatMap(([at, values]) => {
        const value = compute(statistic, values)
        return value === undefined ? [] : [{ at, value, sampleCount: values.count }]
      })
  }

  list(): readonly KnownMetric[] {
    return [...this.#metrics.values()].map(({ identity, units }) => ({
      ...identity,
      units: [...units.keys()],
      newest: Math.max(...[...units.values()].map(series => series.newest)),
    }))
  }

  #putOne(datum: MetricDatum, at: Instant): void {
    check(datum)
    const { value, unit = 'None', resolution = minutes(1) } = datum
    const bucket = this.#seriesOf(datum, unit).bucket(at, resolution)
    if (typeof value === 'number') bucket.add(value, 1)
    else if ('values' in value) for (const [i, each] of value.values.entries()) bucket.add(each, value.counts[i] ?? 1)
    else bucket.addSet(value.sampleCount, value.sum, value.minimum, value.maximum)
  }

  #seriesOf({ namespace, name, dimensions }: MetricIdentity, unit: string): Series {
    const key = keyOf({ namespace, name, dimensions })
    let metric = this.#metrics.get(key)
    if (!metric) {
      metric = { identity: { namespace, name, dimensions }, units: new Map() }
      this.#metrics.set(key, metric)
    }
    let series = metric.units.get(unit)
    if (!series) {
      series = new Series(() => this.#grownBy++)
      metric.units.set(unit, series)
    }
    return series
  }

  #rollUp(now: Instant): void {
    this.#rolledUp = now
    this.#grownBy = 0
    const all = [...this.#metrics.values()].flatMap(({ units }) => [...units.values()])
    const size = () => all.reduce((sum, series) => sum + series.size, 0)
    for (let share = 1; share === 1 || (size() > MOST_BUCKETS && share > 2 ** -16); share /= 2) {
      for (const series of all) series.age(now, share)
    }
    for (const [key, { units }] of this.#metrics) {
      for (const [unit, series] of units) if (series.size === 0) units.delete(unit)
      if (units.size === 0) this.#metrics.delete(key)
    }
  }
}

/** Zero bytes appear in no name. */
function keyOf({ namespace, name, dimensions }: MetricIdentity): string {
  const names = Object.keys(dimensions)
  if (names.length > 1) names.sort()
  let key = `${namespace}\0${name}`
  for (const each of names) key += `\0${each}\0${dimensions[each]}`
  return key
}

function check({ value, namespace, name }: MetricDatum): void {
  const numbers =
    typeof value === 'number'
      ? [value]
      : 'values' in value
        ? [...value.values, ...value.counts]
        : [value.sampleCount, value.sum, value.minimum, value.maximum]
  const counts = typeof value === 'number' ? [] : 'values' in value ? value.counts : [value.sampleCount]
  if (numbers.every(Number.isFinite) && counts.every(count => count > 0)) return
  throw new TerraceError('METRIC_VALUE', `${namespace} ${name} was given ${JSON.stringify(value)}`, {
    blame: 'internal',
    hint: 'values are finite numbers, counts are above 0',
  })
}
