import type { Clock, Instant, Stop } from '@terrace/kit'
import { at } from '../../../scaling/long-timer.ts'
import { readSchedule } from './expression.ts'

/** A scheduled action of a target. */
export interface BookedAction {
  readonly name: string
  readonly arn: string
  readonly schedule: string
  readonly timeZone: string
  readonly minCapacity?: number
  readonly maxCapacity?: number
  readonly start?: Instant
  readonly end?: Instant
  readonly createdAt: Instant
}

/** The scheduled actions of a target. */
export class TargetActions {
  readonly #clock: Clock
  readonly #newArn: (kind: 'scheduledAction', rest: string) => string
  readonly #run: (action: BookedAction) => void
  readonly #actions = new Map<string, { action: BookedAction; stop: Stop }>()

  /** @param run  carries an action out when its time has come */
  constructor(
    clock: Clock,
    newArn: (kind: 'scheduledAction', rest: string) => string,
    run: (action: BookedAction) => void,
  ) {
    this.#clock = clock
    this.#newArn = newArn
    this.#run = run
  }

  get all(): readonly BookedAction[] {
    return [...this.#actions.values()].map(({ action }) => action)
  }

  /** Makes a scheduled action, or replaces the one with its name. @throws ValidationException */
  put(given: Omit<BookedAction, 'arn' | 'createdAt'>): BookedAction {
    const before = this.#actions.get(given.name)
    const createdAt = before?.action.createdAt ?? this.#clock.now()
    const arn = before?.action.arn ?? this.#newArn('scheduledAction', `scheduledActionName/${given.name}`)
    const action: BookedAction = { ...given, arn, createdAt }
    const schedule = readSchedule(action.schedule, action.timeZone, action.start ?? createdAt)
    before?.stop()
    const entry = { action, stop: () => {} }
    this.#actions.set(action.name, entry)
    const arm = (after: Instant) => {
      const next = schedule.after(Math.max(after, (action.start ?? 0) - 1))
      if (next === undefined || (action.end !== undefined && next > action.end)) return
      entry.stop = at(this.#clock, next, () => {
        arm(next)
        this.#run(action)
      })
    }
    arm(this.#clock.now())
    return action
  }

  /** @returns whether there was one */
  remove(name: string): boolean {
    this.#actions.get(name)?.stop()
    return this.#actions.delete(name)
  }

  stop(): void {
    for (const { stop } of this.#actions.values()) stop()
  }
}
