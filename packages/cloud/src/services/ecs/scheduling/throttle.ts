import type { Clock, Instant, Stop } from '@terrace/kit'
import { ASSUMED, throttleOf } from '../limits.ts'

/**
 * Holds a service back that starts in vain: tasks that never run are waited for longer and longer, those that ran are not
 * throttled, but for the time that a start takes on AWS.
 *
 * @see ECS Developer Guide, "Amazon ECS service throttle logic"
 */
export class StartThrottle {
  readonly #clock: Clock
  readonly #whenOver: () => void
  #notBefore: Instant = 0
  #failures = 0
  #saidImpaired = false
  #timer: Stop = () => {}

  constructor(clock: Clock, whenOver: () => void) {
    this.#clock = clock
    this.#whenOver = whenOver
  }

  get holds(): boolean {
    return this.#clock.now() < this.#notBefore
  }

  /** A task has not come to run. @returns whether the service is impaired, once in a row of failures */
  failed(): boolean {
    this.#failures++
    this.#notBefore = this.#clock.now() + throttleOf(this.#failures)
    this.#wake()
    if (this.#failures < ASSUMED.impairedAfter || this.#saidImpaired) return false
    this.#saidImpaired = true
    return true
  }

  /** A task could not be placed: the next round may find room. */
  notPlaced(): void {
    this.#notBefore = this.#clock.now() + ASSUMED.round
  }

  /** A task that ran, or was there, has to be replaced. */
  replaces(createdAt: Instant): void {
    this.#notBefore = Math.max(this.#notBefore, createdAt + ASSUMED.quickestRestart)
    this.#wake()
  }

  /** A task runs. */
  ran(): void {
    this.#failures = 0
    this.#saidImpaired = false
  }

  /** Another version begins anew. */
  reset(): void {
    this.ran()
    this.#notBefore = 0
  }

  stop(): void {
    this.#timer()
  }

  #wake(): void {
    this.#timer()
    if (this.holds) this.#timer = this.#clock.after(this.#notBefore - this.#clock.now(), this.#whenOver)
  }
}
