import { type Duration, type Instant, minutes } from '@terrace/kit'
import type { AlarmMetric } from '@terrace/model'
import type { Metrics } from '../../../metrics/metrics.ts'
import { evaluate, namesIn } from './evaluate.ts'
import { MathError, MathNotEmulated } from './math-error.ts'
import { type Expression, parseExpression } from './parse.ts'
import { type MathValue, oneSeries, type TimeSeries } from './value.ts'

/** A metric, or an expression over other queries of the same request. */
export type Query =
  | { readonly kind: 'metric'; readonly id: string; readonly metric: AlarmMetric; readonly label?: string | undefined }
  | {
      readonly kind: 'expression'
      readonly id: string
      readonly expression: string
      readonly label?: string | undefined
      readonly period?: Duration | undefined
    }

export interface QueryRange {
  readonly from: Instant
  /** Not included. */
  readonly to: Instant
  /** Periods begin here; absent: at multiples of each period. */
  readonly anchor?: Instant
}

/** Answers queries by id; each is computed when it is asked for, and once. */
export class QueryRun {
  readonly #metrics: Metrics
  readonly #queries: ReadonlyMap<string, Query>
  readonly #range: QueryRange
  readonly #done = new Map<string, MathValue>()
  readonly #running = new Set<string>()
  /** How many values each point of a metric was made of. */
  readonly sampleCounts = new Map<string, ReadonlyMap<Instant, number>>()

  constructor(metrics: Metrics, queries: readonly Query[], range: QueryRange) {
    this.#metrics = metrics
    this.#queries = new Map(queries.map(query => [query.id, query]))
    this.#range = range
  }

  /** @throws MathError, MathNotEmulated */
  valueOf(id: string): MathValue | undefined {
    const done = this.#done.get(id)
    const query = this.#queries.get(id)
    if (done || !query) return done
    if (this.#running.has(id)) throw new MathError(`The expression '${id}' refers to itself`)
    this.#running.add(id)
    const value = query.kind === 'metric' ? oneSeries(this.#read(query)) : this.#compute(query)
    this.#running.delete(id)
    this.#done.set(id, value)
    return value
  }

  #read({ id, metric, label }: Query & { readonly kind: 'metric' }): TimeSeries {
    const { namespace, name, dimensions, statistic, period, unit } = metric
    const found = this.#metrics.query({
      namespace,
      name,
      dimensions,
      statistic,
      period,
      ...this.#range,
      ...(unit === undefined ? {} : { unit }),
    })
    this.sampleCounts.set(id, new Map(found.map(({ at, sampleCount }) => [at, sampleCount])))
    return { id, label: label ?? name, period, points: new Map(found.map(({ at, value }) => [at, value])) }
  }

  #compute({ id, expression, label, period }: Query & { readonly kind: 'expression' }): MathValue {
    const parsed = readQueryExpression(expression)
    const metrics = [...this.#queries.values()].flatMap(query => {
      const value = query.kind === 'metric' ? this.valueOf(query.id) : undefined
      return value?.kind === 'series' ? [value.series] : []
    })
    const used = namesIn(parsed).flatMap(name => metrics.filter(each => each.id === name))
    const periods = (used.length > 0 ? used : metrics).map(each => each.period)
    const { from, to, anchor = 0 } = this.#range
    const value = evaluate(parsed, {
      from,
      to,
      anchor,
      period: period ?? (periods.length > 0 ? Math.max(...periods) : minutes(1)),
      metrics,
      lookUp: name => this.valueOf(name),
    })
    return value.kind === 'series' ? oneSeries({ ...value.series, label: label ?? id }) : value
  }
}

/** @throws MathError, MathNotEmulated for Metrics Insights */
export function readQueryExpression(text: string): Expression {
  if (/^\s*SELECT\s/i.test(text)) throw new MathNotEmulated('a query of Metrics Insights')
  return parseExpression(text)
}
