interface Entry<T> {
  readonly at: number
  /** Which of those with the same number came first. */
  readonly order: number
  readonly item: T
}

/** Items by a number: the smallest first, and of several the one that came first. */
export class Heap<T> {
  readonly #entries: Entry<T>[] = []
  #added = 0

  get size(): number {
    return this.#entries.length
  }

  peek(): Entry<T> | undefined {
    return this.#entries[0]
  }

  add(at: number, item: T): void {
    const entries = this.#entries
    const entry = { at, order: this.#added++, item }
    let hole = entries.length
    entries.push(entry)
    while (hole > 0) {
      const above = (hole - 1) >> 1
      const parent = entries[above]
      if (!parent || isBefore(parent, entry)) break
      entries[hole] = parent
      hole = above
    }
    entries[hole] = entry
  }

  take(): Entry<T> | undefined {
    const entries = this.#entries
    const first = entries[0]
    const last = entries.pop()
    if (!first || !last || entries.length === 0) return first
    let hole = 0
    for (;;) {
      const left = entries[2 * hole + 1]
      const right = entries[2 * hole + 2]
      const child = left && right && isBefore(right, left) ? right : left
      if (!child || isBefore(last, child)) break
      entries[hole] = child
      hole = child === left ? 2 * hole + 1 : 2 * hole + 2
    }
    entries[hole] = last
    return first
  }
}

const isBefore = (a: Entry<unknown>, b: Entry<unknown>): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)
