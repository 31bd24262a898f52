import { hash } from 'node:crypto'
import type { Clock, Instant } from '@terrace/kit'
import { DEDUPLICATION_INTERVAL } from './limits.ts'
import type { Draft } from './message.ts'
import type { Topic } from './topic.ts'

/** What a FIFO topic has answered to a message. */
export interface Accepted {
  readonly id: string
  readonly sequence: string
}

/** Knows messages of FIFO topics again, and numbers them. @see Amazon SNS Developer Guide, "Message deduplication for FIFO topics" */
export class FifoMemory {
  readonly #clock: Clock
  readonly #accepted = new Map<string, Accepted & { readonly at: Instant }>()
  #last = 0n

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The id that counts: the sender's, or a digest of the body. */
  idOf({ deduplicationId, message }: Draft): string {
    return deduplicationId ?? hash('sha256', message, 'hex')
  }

  /** What was answered when the same message came less than five minutes ago. */
  find(topic: Topic, draft: Draft): Accepted | undefined {
    this.#forget()
    return this.#accepted.get(this.#key(topic, draft))
  }

  /** Takes a new message. */
  accept(topic: Topic, draft: Draft, id: string): Accepted {
    const accepted = { id, sequence: this.#next(), at: this.#clock.now() }
    this.#accepted.set(this.#key(topic, draft), accepted)
    return accepted
  }

  /** Of 20 digits; always larger than any before, also those of an earlier run. */
  #next(): string {
    const byTime = BASE + BigInt(Math.floor(this.#clock.now())) * 1000n
    this.#last = byTime > this.#last ? byTime : this.#last + 1n
    return String(this.#last)
  }

  #key(topic: Topic, draft: Draft): string {
    const group = topic.deduplicatesByGroup ? draft.group : ''
    return JSON.stringify([topic.arn, group, this.idOf(draft)])
  }

  #forget(): void {
    // In the order in which they came: the first one that still counts ends it.
    for (const [key, { at }] of this.#accepted) {
      if (this.#clock.now() - at < DEDUPLICATION_INTERVAL) return
      this.#accepted.delete(key)
    }
  }
}

const BASE = 10_000_000_000_000_000_000n
