import type { Instant } from '@terrace/kit'
import { DEDUPLICATION_INTERVAL } from './limits.ts'
import type { Message } from './message.ts'

interface Attempt {
  readonly at: Instant
  readonly messages: readonly Message[]
}

/**
 * Receives of a FIFO queue that carried a `ReceiveRequestAttemptId`: whoever didn't get the answer asks for the same again.
 * @see Amazon SQS API Reference, "ReceiveMessage". differs: forgotten at a restart
 */
export class Attempts {
  readonly #attempts = new Map<string, Attempt>()

  /** What an attempt has got; nothing when it is unknown, too long ago, or some of it was deleted or changed since. */
  find(id: string, now: Instant): readonly Message[] | undefined {
    // Those of long ago are at the front.
    for (const [old, { at }] of this.#attempts) {
      if (at + DEDUPLICATION_INTERVAL > now) break
      this.#attempts.delete(old)
    }
    const messages = this.#attempts.get(id)?.messages
    return messages?.every(({ state }) => state === 'inFlight') ? messages : undefined
  }

  add(id: string, messages: readonly Message[], at: Instant): void {
    this.#attempts.delete(id)
    this.#attempts.set(id, { at, messages })
  }

  /** Attempts that have got this message can't be repeated. */
  forget(message: Message): void {
    for (const [id, { messages }] of this.#attempts) if (messages.includes(message)) this.#attempts.delete(id)
  }
}
