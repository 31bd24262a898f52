import type { Clock } from '@terrace/kit'
import type { MetricDatum, MetricPoint, MetricQuery, Metrics } from './metrics.ts'

/** Keeps what was measured. */
export class MetricStore implements Metrics {
  readonly #clock: Clock
  readonly #data: MetricDatum[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  put(...data: readonly MetricDatum[]): void {
    for (const datum of data) this.#data.push({ at: this.#clock.now(), ...datum })
  }

  query(_query: MetricQuery): readonly MetricPoint[] {
    return []
  }
}
