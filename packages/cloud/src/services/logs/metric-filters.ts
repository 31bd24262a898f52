import { type Instant, minutes } from '@terrace/kit'
import type { MetricTransformation } from '@terrace/model'
import type { Metrics } from '../../metrics/metrics.ts'
import { InvalidParameter, LimitExceeded } from './errors.ts'
import type { PatternCache } from './filter-pattern/pattern-cache.ts'
import { MOST_FILTER_DIMENSIONS, MOST_METRIC_FILTERS } from './limits.ts'
import type { LogEvent } from './log-groups.ts'

/** Makes a metric out of events that match. */
export interface MetricFilter {
  readonly name: string
  readonly pattern: string
  readonly created: Instant
  readonly transformation: MetricTransformation
  /** Put by the template: it goes when the template no longer has it. */
  readonly ofTemplate?: boolean
}

interface Sum {
  readonly at: Instant
  readonly dimensions: Readonly<Record<string, string>>
  readonly counts: Map<number, number>
}

/** Publishes what metric filters find. @see CloudWatch Logs User Guide, "Creating metrics from log events using filters" */
export class MetricFilters {
  readonly #metrics: Metrics
  readonly #patterns: PatternCache

  constructor(metrics: Metrics, patterns: PatternCache) {
    this.#metrics = metrics
    this.#patterns = patterns
  }

  apply(filters: readonly MetricFilter[], events: readonly LogEvent[]): void {
    for (const filter of filters) this.#applyOne(filter, events)
  }

  #applyOne({ pattern: text, transformation }: MetricFilter, events: readonly LogEvent[]): void {
    const pattern = this.#patterns.of(text)
    const sums = new Map<string, Sum>()
    for (const { at, message } of events) {
      const matched = pattern.match(message)
      const value = matched ? numberFrom(transformation.value, matched.field) : transformation.defaultValue
      const dimensions = matched ? dimensionsOf(transformation, matched.field) : {}
      if (value === undefined || dimensions === undefined) continue
      const minute = Math.floor(at / minutes(1)) * minutes(1)
      const key = JSON.stringify([minute, dimensions])
      const sum = sums.get(key) ?? { at: minute, dimensions, counts: new Map<number, number>() }
      sum.counts.set(value, (sum.counts.get(value) ?? 0) + 1)
      sums.set(key, sum)
    }
    const { namespace, name, unit = 'None' } = transformation
    for (const { at, dimensions, counts } of sums.values()) {
      const value = { values: [...counts.keys()], counts: [...counts.values()] }
      this.#metrics.put({ namespace, name, dimensions, unit, at, value })
    }
  }
}

/** @throws LimitExceeded when a group would have one more than it may */
export function withMetricFilter(present: readonly MetricFilter[], filter: MetricFilter): readonly MetricFilter[] {
  const others = present.filter(({ name }) => name !== filter.name)
  if (others.length >= MOST_METRIC_FILTERS) throw new LimitExceeded('Resource limit exceeded.')
  return [...others, filter]
}

/** @throws InvalidParameter for a transformation that AWS refuses */
export function checkTransformation({ value, defaultValue, dimensions }: MetricTransformation): void {
  if (!value.startsWith('$') && (value.trim() === '' || !Number.isFinite(Number(value)))) {
    throw new InvalidParameter(`Invalid metric transformation: metricValue ${value} is neither a number nor a field`)
  }
  if (dimensions && defaultValue !== undefined) {
    throw new InvalidParameter(
      'Invalid metric transformation: dimensions and default value are mutually exclusive properties.',
    )
  }
  if (Object.keys(dimensions ?? {}).length > MOST_FILTER_DIMENSIONS) {
    throw new InvalidParameter(`A metric filter can have at most ${MOST_FILTER_DIMENSIONS} dimensions.`)
  }
}

type Field = (selector: string) => string | undefined

/** A field that isn't there, or holds no number, publishes nothing. */
function numberFrom(value: string, field: Field): number | undefined {
  const text = value.startsWith('$') ? field(value) : value
  const number = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? number : undefined
}

function dimensionsOf({ dimensions = {} }: MetricTransformation, field: Field): Record<string, string> | undefined {
  const entries = Object.entries(dimensions).map(([name, selector]) => [name, field(selector)] as const)
  if (entries.some(([, value]) => value === undefined)) return undefined
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']))
}
