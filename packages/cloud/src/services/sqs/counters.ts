import type { Instant } from '@terrace/kit'

/** What was counted since the last report. */
export interface Counted {
  readonly sent: number
  readonly received: number
  readonly deleted: number
  readonly emptyReceives: number
  /** Of messages sent, bytes → how many. */
  readonly sizes: ReadonlyMap<number, number>
}

/** Counts the calls of a queue for its metrics. */
export class Counters {
  /** When it was used last; absent when it never was since the start. */
  lastUsed: Instant | undefined
  #sent = 0
  #received = 0
  #deleted = 0
  #emptyReceives = 0
  #sizes = new Map<number, number>()

  sent(bytes: number, at: Instant): void {
    this.lastUsed = at
    this.#sent++
    this.#sizes.set(bytes, (this.#sizes.get(bytes) ?? 0) + 1)
  }

  received(messages: number, at: Instant): void {
    this.lastUsed = at
    if (messages === 0) this.#emptyReceives++
    this.#received += messages
  }

  deleted(messages: number, at: Instant): void {
    this.lastUsed = at
    this.#deleted += messages
  }

  /** Hands over what was counted, and begins again. */
  take(): Counted {
    const counted = {
      sent: this.#sent,
      received: this.#received,
      deleted: this.#deleted,
      emptyReceives: this.#emptyReceives,
      sizes: this.#sizes,
    }
    this.#sent = this.#received = this.#deleted = this.#emptyReceives = 0
    this.#sizes = new Map()
    return counted
  }
}
