import { randomFillSync } from 'node:crypto'

/** Ids that are drawn at once: each draw costs as much as hundreds of ids. */
const AHEAD = 512

/** Random ids of hexadecimal digits, never all zero. */
export class RandomIds {
  readonly #bytes: number
  readonly #pool: Buffer
  #at: number

  /** @param bytes  two digits each */
  constructor(bytes: number) {
    this.#bytes = bytes
    this.#pool = Buffer.allocUnsafe(bytes * AHEAD)
    this.#at = this.#pool.length
  }

  next(): string {
    if (this.#at === this.#pool.length) {
      randomFillSync(this.#pool)
      this.#at = 0
    }
    const start = this.#at
    this.#at += this.#bytes
    // One bit less of chance, and no id that means nothing.
    this.#pool[start] = (this.#pool[start] ?? 0) | 1
    return this.#pool.toString('hex', start, this.#at)
  }
}
