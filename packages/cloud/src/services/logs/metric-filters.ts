import { type Instant, minutes } from '@terrace/kit'
import type { Metrics } from '../../metrics/metrics.ts'
import { type FilterPattern, parsePattern } from './filter-pattern/pattern.ts'
import type { LogEvent } from './log-groups.ts'

/** Makes a metric out of events that match. */
export interface MetricFilter {
  readonly name: string
  readonly pattern: string
  readonly created: Instant
  readonly transformation: MetricTransformation
}

/** @see CloudWatch Logs API Reference "MetricTransformation" */
export interface MetricTransformation {
  readonly namespace: string
  readonly name: string
  /** A number, or a field such as `$.latency` or `$bytes`. */
  readonly value: string
  /** For events that don't match. */
  readonly defaultValue?: number
  /** Names and the fields that hold their values. */
  readonly dimensions?: Readonly<Record<string, string>>
  readonly unit?: string
}

interface Sum {
  readonly at: Instant
  readonly dimensions: Readonly<Record<string, string>>
  readonly counts: Map<number, number>
}

/** Publishes what metric filters find. @see CloudWatch Logs User Guide, "Creating metrics from log events using filters" */
export class MetricFilters {
  readonly #metrics: Metrics
  readonly #patterns = new Map<string, FilterPattern>()

  constructor(metrics: Metrics) {
    this.#metrics = metrics
  }

  apply(filters: readonly MetricFilter[], events: readonly LogEvent[]): void {
    for (const filter of filters) this.#applyOne(filter, events)
  }

  #applyOne({ pattern: text, transformation }: MetricFilter, events: readonly LogEvent[]): void {
    const pattern = this.#patternOf(text)
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

  #patternOf(text: string): FilterPattern {
    const known = this.#patterns.get(text)
    if (known) return known
    const pattern = parsePattern(text)
    this.#patterns.set(text, pattern)
    return pattern
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
