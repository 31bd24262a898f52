import { type Duration, days, hours, type Instant, minutes, seconds } from '@terrace/kit'
import { Distribution } from './distribution.ts'

/** How long data of one resolution stays before it is rolled up into the next. */
interface Tier {
  readonly resolution: Duration
  readonly retention: Duration
}

/** @see CloudWatch User Guide, "Amazon CloudWatch concepts", "Metrics retention" */
export const TIERS: readonly [Tier, Tier, Tier, Tier] = [
  { resolution: seconds(1), retention: hours(3) },
  { resolution: minutes(1), retention: days(15) },
  { resolution: minutes(5), retention: days(63) },
  { resolution: hours(1), retention: days(455) },
]

const HIGH_RESOLUTION = TIERS[0].resolution
const STANDARD_RESOLUTION = TIERS[1].resolution

/** What was put to one metric with one unit, by resolution and time. */
export class Series {
  readonly #tiers = TIERS.map(tier => ({ ...tier, buckets: new Map<Instant, Distribution>() }))
  #oldest = Number.POSITIVE_INFINITY
  #newest = Number.NEGATIVE_INFINITY
  #highResolution = false
  readonly #onGrow: () => void

  /** @param onGrow  called for each period that begins to hold something */
  constructor(onGrow: () => void = () => {}) {
    this.#onGrow = onGrow
  }

  get newest(): Instant {
    return this.#newest
  }

  /** How many periods it holds. */
  get size(): number {
    return this.#tiers.reduce((sum, { buckets }) => sum + buckets.size, 0)
  }

  /** Where values of that moment go. */
  bucket(at: Instant, resolution: Duration): Distribution {
    const fine = resolution < STANDARD_RESOLUTION
    if (fine) this.#highResolution = true
    if (at > this.#newest) this.#newest = at
    return this.#bucketOf(this.#tiers[fine ? 0 : 1], at)
  }

  /** Adds what lies in each period to `into`. */
  collect(from: Instant, to: Instant, period: Duration, into: (at: Instant) => Distribution): void {
    for (const { resolution, buckets } of this.#tiers) {
      if (buckets.size === 0 || !this.#isReadable(resolution, period)) continue
      const first = Math.max(from, this.#oldest)
      const last = Math.min(to - 1, this.#newest)
      for (let at = Math.ceil(first / resolution) * resolution; at <= last; at += resolution) {
        const bucket = buckets.get(at)
        if (bucket) into(at).merge(bucket)
      }
    }
  }

  /** Rolls up what is too old for its resolution. @param share  of the documented retention */
  age(now: Instant, share: number): void {
    for (const [i, { retention, buckets }] of this.#tiers.entries()) {
      const next = this.#tiers[i + 1]
      const limit = now - retention * share
      for (const [at, bucket] of buckets) {
        if (at >= limit) continue
        buckets.delete(at)
        if (next) this.#bucketOf(next, at).merge(bucket)
      }
    }
  }

  #bucketOf(tier: (Tier & { readonly buckets: Map<Instant, Distribution> }) | undefined, at: Instant): Distribution {
    if (!tier) return new Distribution()
    const start = Math.floor(at / tier.resolution) * tier.resolution
    const known = tier.buckets.get(start)
    if (known) return known
    const bucket = new Distribution()
    tier.buckets.set(start, bucket)
    this.#onGrow()
    if (start < this.#oldest) this.#oldest = start
    return bucket
  }

  /** Standard data shows in shorter periods at its own minute; data that was rolled up doesn't. */
  #isReadable(resolution: Duration, period: Duration): boolean {
    if (resolution === HIGH_RESOLUTION) return true
    if (resolution === STANDARD_RESOLUTION) return period >= resolution || !this.#highResolution
    return period % resolution === 0
  }
}
