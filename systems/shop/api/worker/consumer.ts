import { type Clock, type Duration, type Logger, messageOf, seconds } from '@terrace/kit'
import type { Work } from '@terrace/service'
import type { OrderQueue, Received } from './order-queue.ts'

/** Batches that are worked on at once. With more, batches get smaller, and smaller ones cost more. */
const CONCURRENCY = 4
const FIRST_DELAY = seconds(1)
const LONGEST_DELAY = seconds(20)

/** What became of a batch: all of its messages are in one of the two. */
export interface Handled<Message extends Received = Received> {
  readonly done: readonly Message[]
  readonly failed: readonly Message[]
}

/** Takes batches from the queue and has them handled, as long as it runs. */
export class Consumer implements Work {
  readonly #queue: OrderQueue
  readonly #clock: Clock
  readonly #log: Logger
  readonly #handle: (messages: readonly Received[]) => Promise<Handled>
  readonly #stopping = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  readonly #ended: Promise<void>

  constructor(
    queue: OrderQueue,
    clock: Clock,
    log: Logger,
    handle: (messages: readonly Received[]) => Promise<Handled>,
  ) {
    this.#queue = queue
    this.#clock = clock
    this.#log = log
    this.#handle = handle
    this.#ended = this.#run()
  }

  /** Takes no more, finishes what it has. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#ended
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    let delay: Duration = FIRST_DELAY
    while (!signal.aborted) {
      try {
        const messages = await this.#queue.receive(signal)
        delay = FIRST_DELAY
        if (messages.length > 0) this.#begin(messages)
        if (this.#underWay.size >= CONCURRENCY) await Promise.race(this.#underWay)
      } catch (error) {
        if (signal.aborted) break
        this.#log.warn('the queue could not be read', { error: messageOf(error), retryMs: delay })
        await this.#clock.sleep(delay, signal).catch(() => {})
        delay = Math.min(delay * 2, LONGEST_DELAY)
      }
    }
    await Promise.all(this.#underWay)
  }

  #begin(messages: readonly Received[]): void {
    const work = this.#work(messages).finally(() => this.#underWay.delete(work))
    this.#underWay.add(work)
  }

  // Whatever goes wrong here, SQS shows the messages again when their time is over.
  async #work(messages: readonly Received[]): Promise<void> {
    let handled: Handled = { done: [], failed: messages }
    try {
      handled = await this.#handle(messages)
    } catch (error) {
      this.#log.warn('a batch failed; it is tried again', { error: messageOf(error), messages: messages.length })
    }
    try {
      await Promise.all([this.#queue.remove(handled.done), this.#queue.postpone(handled.failed)])
    } catch (error) {
      this.#log.warn('the queue could not be told what became of messages', { error: messageOf(error) })
    }
  }
}
