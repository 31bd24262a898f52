import type { Random } from '@terrace/kit'

/**
 * A sample of items that come one by one: each has the same chance to be in it, and they stay in the order in which they
 * came.
 */
export class Sample<T> {
  readonly #most: number
  readonly #random: Random
  #kept: { readonly place: number; readonly item: T }[] = []
  #seen = 0

  constructor(most: number, random: Random) {
    this.#most = most
    this.#random = random
  }

  add(item: T): void {
    const entry = { place: this.#seen++, item }
    if (this.#kept.length < this.#most) {
      this.#kept.push(entry)
      return
    }
    // Reservoir sampling: the item number n replaces one of those that are kept with the chance most/n.
    const slot = this.#random.integer(this.#seen)
    if (slot < this.#most) this.#kept[slot] = entry
  }

  /** What it holds, and whether that is less than was added since the last time; it is empty afterwards. */
  take(): { readonly items: readonly T[]; readonly sampled: boolean } {
    const items = this.#kept.sort((a, b) => a.place - b.place).map(({ item }) => item)
    const sampled = this.#seen > items.length
    this.#kept = []
    this.#seen = 0
    return { items, sampled }
  }
}
