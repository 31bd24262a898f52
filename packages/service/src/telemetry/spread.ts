/** Two neighbouring buckets differ by so much. */
const STEP = Math.log(1.02)
/** Smallest value that is told from zero. */
const SMALLEST = 0.01
/** Buckets up to about a day in milliseconds; what is more counts as that. */
const MOST = Math.ceil(Math.log(1e8 / SMALLEST) / STEP)

/**
 * Values of a while in bounded memory: how many there were, about how large (within 1 %), the smallest and the largest
 * exactly.
 */
export class Spread {
  readonly #buckets = new Map<number, number>()
  #count = 0
  #smallest = Number.POSITIVE_INFINITY
  #largest = 0

  add(value: number): void {
    const bucket = value <= SMALLEST ? 0 : Math.min(MOST, Math.ceil(Math.log(value / SMALLEST) / STEP))
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1)
    this.#count += 1
    this.#smallest = Math.min(this.#smallest, value)
    this.#largest = Math.max(this.#largest, value)
  }

  /**
   * At most `most` values that stand for all of them, in ascending order: each for the same share. The first and the last
   * are the smallest and the largest.
   */
  sample(most: number): readonly number[] {
    const size = Math.min(most, this.#count)
    const values: number[] = []
    let passed = 0
    for (const [bucket, count] of [...this.#buckets].sort(([one], [other]) => one - other)) {
      passed += count
      const middle = bucket === 0 ? 0 : SMALLEST * Math.exp((bucket - 0.5) * STEP)
      while (values.length < size && ((values.length + 0.5) / size) * this.#count < passed + 1e-9)
        values.push(rounded(middle))
    }
    if (size > 0) values[0] = rounded(this.#smallest)
    if (size > 1) values[size - 1] = rounded(this.#largest)
    return values
  }
}

const rounded = (value: number): number => Math.round(value * 100) / 100
