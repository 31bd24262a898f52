import type { Clock, Duration, Instant, Stop } from '@terrace/kit'

/** Waits for as long as something comes. */
export class Patience {
  readonly #clock: Clock
  readonly #duration: Duration
  readonly #over: () => void
  #since: Instant
  #stop: Stop

  /** @param over  called once, when nothing has come for so long */
  constructor(clock: Clock, duration: Duration, over: () => void) {
    this.#clock = clock
    this.#duration = duration
    this.#over = over
    this.#since = clock.now()
    this.#stop = this.#wait(duration)
  }

  /** Something has come. The timer isn't touched: it is moved on when it fires. */
  renew(): void {
    this.#since = this.#clock.now()
  }

  end(): void {
    this.#stop()
  }

  #wait(duration: Duration): Stop {
    return this.#clock.after(duration, () => {
      const left = this.#since + this.#duration - this.#clock.now()
      if (left <= 0) this.#over()
      else this.#stop = this.#wait(left)
    })
  }
}
