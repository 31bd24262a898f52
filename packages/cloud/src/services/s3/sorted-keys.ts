/**
 * Compares keys by the bytes of their UTF-8, the order of S3's lists. JavaScript's own order is that of UTF-16, in which
 * characters beyond U+FFFF come before U+E000.
 */
export function compareKeys(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  for (let index = 0; index < shorter; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)]
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

// Surrogates stand for the highest characters, hence go behind everything else.
const rank = (unit: number) => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800)

/** The keys of a bucket, always in order. */
export class SortedKeys {
  readonly #keys: string[]

  constructor(keys: Iterable<string>) {
    this.#keys = [...keys].sort(compareKeys)
  }

  get length(): number {
    return this.#keys.length
  }

  at(index: number): string | undefined {
    return this.#keys[index]
  }

  add(key: string): void {
    const index = this.firstNotBefore(key)
    if (this.#keys[index] !== key) this.#keys.splice(index, 0, key)
  }

  remove(key: string): void {
    const index = this.firstNotBefore(key)
    if (this.#keys[index] === key) this.#keys.splice(index, 1)
  }

  /** Index of the first key that is not before this one. */
  firstNotBefore(key: string): number {
    return this.#search(0, candidate => compareKeys(candidate, key) >= 0)
  }

  /** Index of the first key that is behind this one. */
  firstAfter(key: string): number {
    return this.#search(0, candidate => compareKeys(candidate, key) > 0)
  }

  /** Index of the first key from `index` on without the prefix; keys with it stand together. */
  firstWithout(prefix: string, index: number): number {
    return this.#search(index, candidate => !candidate.startsWith(prefix))
  }

  #search(from: number, isBehind: (key: string) => boolean): number {
    let [low, high] = [from, this.#keys.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isBehind(this.#keys[middle] ?? '')) high = middle
      else low = middle + 1
    }
    return low
  }
}
