/** Most different values of one period that are kept as they are; further ones share bins. */
export const MOST_EXACT_VALUES = 4_000

/** Width of the shared bins, relative to the value. */
const BIN = 0.005

/**
 * The values of one period, summed up, and each with how often it came as far as that is known. Percentiles are exact up
 * to 4,000 different values a period, and within half a percent beyond.
 */
export class Distribution {
  count = 0
  sum = 0
  minimum = Number.POSITIVE_INFINITY
  maximum = Number.NEGATIVE_INFINITY
  /** Whether single values are known: statistic sets hide theirs, and with them those of the whole period. */
  transparent = true
  /** Absent while all values are the same: most metrics have one value a minute. */
  #counts: Map<number, number> | undefined
  #binned = false

  add(value: number, count: number): void {
    if (this.transparent) this.#note(value, count)
    this.count += count
    this.sum += value * count
    if (value < this.minimum) this.minimum = value
    if (value > this.maximum) this.maximum = value
  }

  /**
   * A statistic set counts as raw values when there is only one it can stand for.
   * @see CloudWatch User Guide, "CloudWatch statistics definitions", "Requirements to use percentiles"
   */
  addSet(count: number, sum: number, minimum: number, maximum: number): void {
    if (minimum === maximum && sum === minimum * count) return this.add(minimum, count)
    this.#hide()
    this.count += count
    this.sum += sum
    this.minimum = Math.min(this.minimum, minimum)
    this.maximum = Math.max(this.maximum, maximum)
  }

  merge(other: Distribution): void {
    if (other.count === 0) return
    if (!other.transparent) return this.addSet(other.count, other.sum, other.minimum, other.maximum)
    const { sum } = this
    for (const [value, count] of other.values()) this.add(value, count)
    // Not the sum of the products: bins and fractions would blur it.
    this.sum = sum + other.sum
  }

  /** Each value and how often it came, in no order; nothing when they are hidden. */
  values(): Iterable<readonly [value: number, count: number]> {
    if (!this.transparent || this.count === 0) return []
    return this.#counts ?? [[this.minimum, this.count]]
  }

  #note(value: number, count: number): void {
    if (!this.#counts) {
      if (this.count === 0 || value === this.minimum) return
      this.#counts = new Map([[this.minimum, this.count]])
    }
    const counts = this.#counts
    const key = this.#binned ? binOf(value) : value
    counts.set(key, (counts.get(key) ?? 0) + count)
    if (!this.#binned && counts.size > MOST_EXACT_VALUES) this.#bin()
  }

  #bin(): void {
    const exact = this.#counts ?? new Map<number, number>()
    const binned = new Map<number, number>()
    for (const [value, count] of exact) binned.set(binOf(value), (binned.get(binOf(value)) ?? 0) + count)
    this.#binned = true
    this.#counts = binned
  }

  #hide(): void {
    this.transparent = false
    this.#counts = undefined
  }
}

/** The middle of the bin that a value falls in. */
function binOf(value: number): number {
  if (value === 0) return 0
  const step = Math.log1p(BIN * 2)
  return Math.sign(value) * Math.exp(Math.round(Math.log(Math.abs(value)) / step) * step)
}
