import type { Instant } from '@terrace/kit'
import { Heap } from './heap.ts'
import type { Message } from './message.ts'

/** Entries that may be out of date before they are sorted out, beyond as many as count. */
const SPARE = 1000

/** Messages that are delayed or in flight, by when they become visible. */
export class Hidden {
  delayed = 0
  inFlight = 0
  #heap = new Heap<Message>()

  /** It is hidden from now on, as its state says, or until another moment than before. */
  add(message: Message): void {
    this.#heap.add(message.kept.visibleAt, message)
    if (this.#heap.size > 2 * (this.delayed + this.inFlight) + SPARE) this.#sortOut()
  }

  /** Takes out the first one whose time has come; nothing when there is none. */
  due(now: Instant): Message | undefined {
    for (let first = this.#heap.peek(); first && first.at <= now; first = this.#heap.peek()) {
      this.#heap.take()
      if (isTrue(first.item, first.at)) return first.item
    }
    return undefined
  }

  /** When to look again, or earlier; nothing when nothing is hidden. */
  get next(): Instant | undefined {
    return this.#heap.peek()?.at
  }

  #sortOut(): void {
    const sorted = new Heap<Message>()
    for (let entry = this.#heap.take(); entry; entry = this.#heap.take()) {
      if (isTrue(entry.item, entry.at)) sorted.add(entry.at, entry.item)
    }
    this.#heap = sorted
  }
}

/** A message that was deleted, or hidden again until another moment, has left its entry behind. */
const isTrue = ({ state, kept }: Message, at: Instant): boolean =>
  (state === 'delayed' || state === 'inFlight') && kept.visibleAt === at
