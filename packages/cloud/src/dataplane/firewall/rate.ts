import { type Instant, seconds } from '@terrace/kit'

/** "WAF checks the rate about every 10 seconds": API Reference, RateBasedStatement. */
export const CHECK_INTERVAL = seconds(10)
/** Keys that can be limited at a time. @see WAF Developer Guide, "AWS WAF quotas" */
const MOST_LIMITED = 10_000
/** Keys that are counted in ten seconds; others are let through uncounted. */
const MOST_COUNTED = 50_000

/**
 * Counts requests by key, and limits the keys that had more than the limit in the window. The rate is looked at every ten
 * seconds and not with every request, so that a flood passes until then, as on AWS.
 *
 * `differs:` all requests in the window count alike; AWS gives more weight to the newer ones, in a way that is not published
 */
export class RateCounter {
  readonly #limit: number
  readonly #buckets: number
  #counts: Map<string, number>[] = [new Map()]
  #checkedAt: Instant
  #limited: ReadonlyMap<string, number> = new Map()

  /** @param window  seconds */
  constructor(limit: number, window: number, now: Instant) {
    this.#limit = limit
    this.#buckets = seconds(window) / CHECK_INTERVAL
    this.#checkedAt = now
  }

  /** Counts a request. @returns whether its key is limited now */
  add(key: string, now: Instant): boolean {
    this.check(now)
    const counts = this.#counts.at(-1)
    if (counts && (counts.has(key) || counts.size < MOST_COUNTED)) counts.set(key, (counts.get(key) ?? 0) + 1)
    return this.#limited.has(key)
  }

  /** Looks at the rates if it is time. */
  check(now: Instant): void {
    const passed = Math.floor((now - this.#checkedAt) / CHECK_INTERVAL)
    if (passed < 1) return
    this.#checkedAt += passed * CHECK_INTERVAL
    for (let turn = 1; turn < Math.min(passed, this.#buckets + 1); turn++) this.#counts.push(new Map())
    this.#counts = this.#counts.slice(-this.#buckets)
    const sums = new Map<string, number>()
    for (const counts of this.#counts) for (const [key, count] of counts) sums.set(key, (sums.get(key) ?? 0) + count)
    this.#limited = new Map([...sums].filter(([, count]) => count > this.#limit).slice(0, MOST_LIMITED))
    this.#counts.push(new Map())
  }

  /** The keys that are limited, each with its requests in the window. */
  get limited(): ReadonlyMap<string, number> {
    return this.#limited
  }
}
