import { type Clock, type Instant, type Stop, sleepOn } from './clock.ts'
import type { Duration } from './duration.ts'

interface Timer {
  readonly due: Instant
  readonly order: number
  readonly action: () => void
  readonly interval?: Duration
}

/**
 * A clock that stands still until it is told to move. For tests and simulations.
 *
 * Actions run in the order in which they fall due, and see `now()` at exactly their moment. `advance` lets promises
 * settle after each action, so that code which awaits between two timers behaves as it would in real time.
 */
export class VirtualClock implements Clock {
  #now: Instant
  #order = 0
  readonly #timers = new Set<Timer>()

  constructor(start: Instant = Date.UTC(2026, 0, 1)) {
    this.#now = start
  }

  now(): Instant {
    return this.#now
  }

  after(delay: Duration, action: () => void): Stop {
    return this.#add({ due: this.#now + delay, order: this.#order++, action })
  }

  every(interval: Duration, action: () => void): Stop {
    let stop: Stop = () => {}
    const arm = () => {
      stop = this.after(interval, () => {
        arm()
        action()
      })
    }
    arm()
    return () => stop()
  }

  sleep(delay: Duration, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delay, signal)
  }

  /** Moves time forward and runs everything that falls due on the way. */
  async advance(by: Duration): Promise<void> {
    const end = this.#now + by
    await settle()
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.due)
      next.action()
      await settle()
    }
    this.#now = end
  }

  #add(timer: Timer): Stop {
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  #next(end: Instant): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.due > end) continue
      if (!first || timer.due < first.due || (timer.due === first.due && timer.order < first.order)) first = timer
    }
    return first
  }
}

// A turn of the event loop, not only the microtask queue: streams and file handles continue there.
const settle = () => new Promise<void>(resolve => setImmediate(resolve))
