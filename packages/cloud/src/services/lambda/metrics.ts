import type { Duration } from '@terrace/kit'
import type { Metrics } from '../../metrics/metrics.ts'
import type { Resolved } from './functions.ts'

/** Metrics of a function. @see Lambda Developer Guide, "Types of metrics for Lambda functions" */
export class FunctionMetrics {
  readonly #metrics: Metrics

  constructor(metrics: Metrics) {
    this.#metrics = metrics
  }

  /** @param own  executions at once of this function, with this one @param all  of all functions */
  started(resolved: Resolved, own: number, all: number): void {
    this.#put(resolved, 'ConcurrentExecutions', own)
    this.#metrics.put({ namespace: NAMESPACE, name: 'ConcurrentExecutions', dimensions: {}, unit: 'Count', value: all })
  }

  ended(resolved: Resolved, duration: Duration, failed: boolean): void {
    this.#put(resolved, 'Invocations', 1)
    this.#put(resolved, 'Errors', failed ? 1 : 0)
    this.#put(resolved, 'Throttles', 0)
    this.#put(resolved, 'Duration', duration, 'Milliseconds')
  }

  throttled(resolved: Resolved): void {
    this.#put(resolved, 'Throttles', 1)
  }

  asynchronous(resolved: Resolved, name: AsynchronousMetric, value = 1): void {
    this.#put(resolved, name, value, name === 'AsyncEventAge' ? 'Milliseconds' : 'Count')
  }

  #put({ record, qualifier }: Resolved, name: string, value: number, unit = 'Count'): void {
    const own = { FunctionName: record.name }
    const resource = qualifier === undefined ? undefined : { ...own, Resource: `${record.name}:${qualifier}` }
    for (const dimensions of resource ? [own, resource] : [own]) {
      this.#metrics.put({ namespace: NAMESPACE, name, dimensions, unit, value })
    }
  }
}

const NAMESPACE = 'AWS/Lambda'

/** @see Lambda Developer Guide, "Asynchronous invocation metrics" */
export type AsynchronousMetric =
  | 'AsyncEventsReceived'
  | 'AsyncEventAge'
  | 'AsyncEventsDropped'
  | 'DeadLetterErrors'
  | 'DestinationDeliveryFailures'
