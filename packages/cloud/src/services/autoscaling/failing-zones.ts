import type { Clock, Duration, Instant } from '@terrace/kit'
import type { Zone } from '@terrace/model'
import { ASSUMED } from './limits.ts'

/** The zones in which launches have failed, and when the next one may be tried there. */
export class FailingZones {
  readonly #clock: Clock
  readonly #resting = new Map<Zone, { readonly until: Instant; readonly rest: Duration }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A launch failed there: it rests, twice as long as the last time. Failures of one moment count once. */
  failed(zone: Zone): void {
    if (this.isResting(zone)) return
    const before = this.#resting.get(zone)
    const rest = before ? Math.min(before.rest * 2, ASSUMED.zoneRest.longest) : ASSUMED.zoneRest.first
    this.#resting.set(zone, { until: this.#clock.now() + rest, rest })
  }

  /** A launch succeeded there, or the zone has started again. */
  recovered(zone: Zone): void {
    this.#resting.delete(zone)
  }

  isResting(zone: Zone): boolean {
    return (this.#resting.get(zone)?.until ?? 0) > this.#clock.now()
  }

  /** When the first of these zones may be tried again; now when one may be at once. */
  nextTry(zones: readonly Zone[]): Instant {
    const now = this.#clock.now()
    return zones.length === 0
      ? now
      : Math.max(now, Math.min(...zones.map(zone => this.#resting.get(zone)?.until ?? now)))
  }
}
