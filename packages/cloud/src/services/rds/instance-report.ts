import { messageOf } from '@terrace/kit'
import type { World } from '../../world.ts'
import type { EventSource, EventType, RdsEvents } from './events.ts'

/** What one instance tells: RDS's events, entries of the journal that are ours, and lines of its log. */
export class InstanceReport {
  readonly #world: World
  readonly #events: RdsEvents
  readonly #source: EventSource

  constructor(world: World, events: RdsEvents, source: EventSource) {
    this.#world = world
    this.#events = events
    this.#source = source
  }

  /** An event of RDS. @param clause for the journal alone: the cause, instead of the full stop */
  note(type: EventType, clause?: string, details?: object): void {
    this.#events.note(this.#source, type, { ...(clause ? { clause } : {}), ...(details ? { details } : {}) })
  }

  /** An entry of the journal that is no event on AWS. */
  tell(kind: string, message: string, details: Readonly<Record<string, unknown>> = {}): void {
    const { node, identifier } = this.#source
    this.#world.journal.write({ kind, node, message: `${identifier}: ${message}`, details })
  }

  log(error: unknown): void {
    this.#world.logs.write('control', this.#source.identifier, messageOf(error))
  }
}
