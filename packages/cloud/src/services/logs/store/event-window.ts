import { PAGE_BYTES } from '../limits.ts'
import type { StoredEvent } from './segment.ts'

/** An event with the stream it is in. */
export interface FoundEvent extends StoredEvent {
  readonly stream: string
}

export type Order = (a: FoundEvent, b: FoundEvent) => number

/** Time, arrival, stream, place in the stream. @see CloudWatch Logs API Reference "FilterLogEvents" */
export const byTime: Order = (a, b) =>
  a.at - b.at ||
  a.ingested - b.ingested ||
  (a.stream < b.stream ? -1 : a.stream > b.stream ? 1 : 0) ||
  a.sequence - b.sequence

/** Time, then place in the stream: for the events of one stream. */
export const byTimeInStream: Order = (a, b) => a.at - b.at || a.sequence - b.sequence

export const reversed =
  (order: Order): Order =>
  (a, b) =>
    order(b, a)

/**
 * The first events in an order, as many as an answer takes, of however many are added: never more than that is in memory.
 */
export class EventWindow {
  readonly #order: Order
  readonly #most: number
  readonly #events: FoundEvent[] = []
  #bytes = 0
  #leftOut = false

  constructor(order: Order, most: number) {
    this.#order = order
    this.#most = most
  }

  /** In the order. */
  get events(): readonly FoundEvent[] {
    return this.#events
  }

  /** Whether there are more events than it holds. */
  get leftOut(): boolean {
    return this.#leftOut
  }

  /** The last event that it holds while it has no room for later ones. */
  get bound(): FoundEvent | undefined {
    return this.#leftOut || this.#events.length >= this.#most ? this.#events.at(-1) : undefined
  }

  add(event: FoundEvent): void {
    const { bound } = this
    if (bound && this.#order(event, bound) > 0) {
      this.#leftOut = true
      return
    }
    let place = this.#events.length
    // Events come mostly in order, so that the place is near the end.
    while (place > 0 && this.#isAfter(place - 1, event)) place--
    this.#events.splice(place, 0, event)
    this.#bytes += Buffer.byteLength(event.message)
    while (this.#events.length > this.#most || (this.#bytes > PAGE_BYTES && this.#events.length > 1)) {
      this.#bytes -= Buffer.byteLength(this.#events.pop()?.message ?? '')
      this.#leftOut = true
    }
  }

  /** Something beyond the bound exists that nobody needs to look at. */
  skip(): void {
    this.#leftOut = true
  }

  #isAfter(place: number, event: FoundEvent): boolean {
    const other = this.#events[place]
    return other !== undefined && this.#order(other, event) > 0
  }
}
