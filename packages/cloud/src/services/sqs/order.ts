import { Deque } from './deque.ts'
import type { Message } from './message.ts'

/**
 * Which messages are received next. What it is told last of a message counts: the queue changes its state first.
 */
export interface Order {
  /** A message is in the queue, ready or delayed; told in the order of their sequence. */
  enter(message: Message): void
  /** Its delay has passed, or its visibility timeout when it was in flight. */
  becameReady(message: Message, wasInFlight: boolean): void
  /** It is gone. */
  left(message: Message, wasInFlight: boolean): void
  /**
   * Messages to hand out, at most that many.
   * @param handOut  makes a message go in flight; false when it goes elsewhere instead
   */
  take(most: number, handOut: (message: Message) => boolean): readonly Message[]
}

/** A standard queue: in the order of their arrival as long as nothing returns. */
export class ArrivalOrder implements Order {
  readonly #ready = new Deque<Message>()

  enter(message: Message): void {
    if (message.state === 'ready') this.#ready.push(message)
  }

  becameReady(message: Message): void {
    this.#ready.push(message)
  }

  /** It is passed over when its turn comes. */
  left(): void {}

  take(most: number, handOut: (message: Message) => boolean): readonly Message[] {
    const taken: Message[] = []
    while (taken.length < most) {
      const message = this.#ready.shift()
      if (!message) break
      if (message.state === 'ready' && handOut(message)) taken.push(message)
    }
    return taken
  }
}

interface Group {
  readonly id: string
  /** In their order; those that are gone are still there unless they were the first. */
  readonly messages: Deque<Message>
  inFlight: number
  /** It waits for its turn. */
  waits: boolean
}

/**
 * A FIFO queue: each group in its order, none while messages of it are in flight; as many of one group as possible at once.
 * @see Amazon SQS Developer Guide, "FIFO delivery logic"
 */
export class GroupOrder implements Order {
  readonly #groups = new Map<string, Group>()
  readonly #waiting = new Deque<Group>()

  enter(message: Message): void {
    const id = message.kept.group ?? ''
    const group = this.#groups.get(id) ?? { id, messages: new Deque<Message>(), inFlight: 0, waits: false }
    this.#groups.set(id, group)
    group.messages.push(message)
    // One that was in flight when the cloud ended still is.
    if (message.state === 'inFlight') group.inFlight++
    this.#offer(group)
  }

  becameReady(message: Message, wasInFlight: boolean): void {
    const group = this.#groupOf(message)
    if (!group) return
    if (wasInFlight) group.inFlight--
    this.#offer(group)
  }

  left(message: Message, wasInFlight: boolean): void {
    const group = this.#groupOf(message)
    if (!group) return
    if (wasInFlight) group.inFlight--
    while (group.messages.peek()?.state === 'gone') group.messages.shift()
    if (group.messages.length === 0) this.#groups.delete(group.id)
    else this.#offer(group)
  }

  take(most: number, handOut: (message: Message) => boolean): readonly Message[] {
    const taken: Message[] = []
    while (taken.length < most) {
      const group = this.#waiting.shift()
      if (!group) break
      group.waits = false
      for (const message of group.messages) {
        if (message.state === 'gone') continue
        if (message.state !== 'ready' || taken.length === most) break
        if (!handOut(message)) continue
        group.inFlight++
        taken.push(message)
      }
      this.#offer(group)
    }
    return taken
  }

  #groupOf(message: Message): Group | undefined {
    return this.#groups.get(message.kept.group ?? '')
  }

  #offer(group: Group): void {
    if (group.waits || group.inFlight > 0 || group.messages.peek()?.state !== 'ready') return
    group.waits = true
    this.#waiting.push(group)
  }
}
