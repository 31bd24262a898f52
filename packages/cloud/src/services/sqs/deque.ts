/** Entries that were taken from the front are forgotten together, at least this many at once. */
const SHRINK_AT = 1024

/** A line: in at the end, out at the front, both at once however long it is. */
export class Deque<T> implements Iterable<T> {
  #items: (T | undefined)[] = []
  #head = 0

  get length(): number {
    return this.#items.length - this.#head
  }

  push(item: T): void {
    this.#items.push(item)
  }

  peek(): T | undefined {
    return this.#items[this.#head]
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head++] = undefined
    if (this.#head >= SHRINK_AT && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  /** From the front; what is taken away from there on the way doesn't disturb it. */
  *[Symbol.iterator](): Generator<T> {
    const items = this.#items
    for (let at = this.#head; at < items.length; at++) {
      const item = items[at]
      if (item !== undefined) yield item
    }
  }
}
