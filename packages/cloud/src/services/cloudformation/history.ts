import type { Instant, Stop } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import type { Journal, JournalEntry } from '../../journal.ts'
import { STACK_EVENT, type StackEvent } from '../../update/stack-event.ts'

/** An event and when it was. */
export interface PastEvent extends StackEvent {
  readonly id: string
  readonly at: Instant
}

/** How many are kept; AWS keeps those of 90 days. */
const KEPT = 5000

/** What has happened to stacks and resources since the start, as updates have written it to the journal. */
export class StackHistory {
  readonly #events: PastEvent[] = []
  readonly #listeners = new Set<(event: StackEvent) => void>()
  readonly stop: Stop

  constructor(journal: Journal) {
    this.stop = journal.subscribe(entry => this.#note(entry))
  }

  /** Is called with each event to come. */
  onEvent(listener: (event: StackEvent) => void): Stop {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Of a stack, the newest first. */
  of(stack: string): readonly PastEvent[] {
    return this.#events.filter(event => event.stack === stack).toReversed()
  }

  /** The last one of a resource; of the stack itself when its own name is given. */
  last(stack: string, logicalId: string): PastEvent | undefined {
    return this.#events.findLast(event => event.stack === stack && event.logicalId === logicalId)
  }

  lastOfNode(id: NodeId): PastEvent | undefined {
    return this.#events.findLast(({ stack, logicalId }) => `${stack}/${logicalId}` === id)
  }

  #note({ kind, at, sequence, details }: JournalEntry): void {
    if (kind !== STACK_EVENT || !details) return
    const event = details as unknown as StackEvent
    this.#events.push({ ...event, id: String(sequence), at })
    for (const listener of this.#listeners) listener(event)
    if (this.#events.length > KEPT) this.#events.splice(0, this.#events.length - KEPT)
  }
}
