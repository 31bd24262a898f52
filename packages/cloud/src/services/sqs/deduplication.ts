import type { Instant } from '@terrace/kit'
import { Deque } from './deque.ts'
import { DEDUPLICATION_INTERVAL } from './limits.ts'
import type { Kept } from './store/segment.ts'

/** What a FIFO queue remembers of a message, also after it was deleted. */
export interface Remembered {
  readonly key: string
  readonly messageId: string
  readonly sequence: number
  readonly at: Instant
}

/** A memory as it stands in the log. */
export class Memory implements Kept {
  readonly remembered: Remembered

  constructor(remembered: Remembered) {
    this.remembered = remembered
  }

  line(): string {
    const { key, messageId, sequence, at } = this.remembered
    return JSON.stringify(['k', key, messageId, sequence, at])
  }
}

/**
 * Knows the messages of the last five minutes again.
 * @see Amazon SQS Developer Guide, "Using the Amazon SQS message deduplication ID"
 */
export class Deduplication {
  readonly #byKey = new Map<string, Memory>()
  readonly #byAge = new Deque<Memory>()
  readonly #forgotten: (memory: Memory) => void

  /** @param forgotten  is told what needs no keeping any more */
  constructor(forgotten: (memory: Memory) => void) {
    this.#forgotten = forgotten
  }

  find(key: string, now: Instant): Remembered | undefined {
    this.#expire(now)
    return this.#byKey.get(key)?.remembered
  }

  add(memory: Memory): void {
    const { key } = memory.remembered
    const before = this.#byKey.get(key)
    // The same line again, at its place in a newer file.
    if (before) this.#forgotten(before)
    this.#byKey.set(key, memory)
    this.#byAge.push(memory)
  }

  #expire(now: Instant): void {
    for (let oldest = this.#byAge.peek(); oldest; oldest = this.#byAge.peek()) {
      if (oldest.remembered.at + DEDUPLICATION_INTERVAL > now) return
      this.#byAge.shift()
      if (this.#byKey.get(oldest.remembered.key) === oldest) this.#byKey.delete(oldest.remembered.key)
      this.#forgotten(oldest)
    }
  }
}
