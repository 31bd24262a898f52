import type { Clock, Duration, Instant } from '@terrace/kit'

/**
 * The pause after a simple scaling activity: it begins when the activity has ended, and until then simple policies wait.
 * @see Amazon EC2 Auto Scaling User Guide, "Scaling cooldowns for Amazon EC2 Auto Scaling"
 */
export class Cooldown {
  readonly #clock: Clock
  #open = 0
  #until: Instant = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get active(): boolean {
    return this.#open > 0 || this.#clock.now() < this.#until
  }

  /** A simple scaling activity has begun; call what it returns at its end. */
  begin(length: Duration): () => void {
    this.#open++
    return () => {
      this.#open--
      this.#until = Math.max(this.#until, this.#clock.now() + length)
    }
  }
}
