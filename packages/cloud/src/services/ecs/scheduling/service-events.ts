import type { Clock, Instant } from '@terrace/kit'
import { LIMITS } from '../limits.ts'
import type { Names } from '../names.ts'

/** A sentence of a service about itself. */
export interface ServiceEvent {
  readonly id: string
  readonly at: Instant
  readonly message: string
}

/** The newest events of a service, in AWS's words, the newest first. @see ECS Developer Guide, "Amazon ECS service event messages" */
export class ServiceEvents {
  readonly #clock: Clock
  readonly #names: Names
  readonly #events: ServiceEvent[] = []
  readonly #tell: (message: string) => void

  constructor(clock: Clock, names: Names, tell: (message: string) => void) {
    this.#clock = clock
    this.#names = names
    this.#tell = tell
  }

  get all(): readonly ServiceEvent[] {
    return this.#events
  }

  say(message: string): void {
    this.#events.unshift({ id: this.#names.uuid(), at: this.#clock.now(), message })
    this.#events.length = Math.min(this.#events.length, LIMITS.events)
    this.#tell(message)
  }
}

/** `(task a) (task b)` */
export const listed = (ids: readonly string[]): string => ids.map(id => `(task ${id})`).join(' ')
