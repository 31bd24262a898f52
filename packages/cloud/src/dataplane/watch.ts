import type { Clock, Instant, Stop } from '@terrace/kit'

/** Something that must not take longer than it may. */
export interface Watched {
  /** Called when it is time to look. @returns when to look again; nothing: it is over */
  look(now: Instant): Instant | undefined
}

/**
 * Looks after one thing at a time, one after the other, with a timer that outlives them: a timer of its own for every
 * request would be made and given up ten thousand times a second.
 */
export class Watch {
  readonly #clock: Clock
  #watched: Watched | undefined
  #firesAt = Number.POSITIVE_INFINITY
  #stop: Stop | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @param at  when to look for the first time */
  begin(watched: Watched, at: Instant): void {
    this.#watched = watched
    if (at < this.#firesAt) this.#set(at)
  }

  /** The thing is over; nothing if another one is looked after by now. */
  end(watched: Watched): void {
    if (this.#watched === watched) this.#watched = undefined
  }

  /** Gives the timer up. */
  close(): void {
    this.#watched = undefined
    this.#stop?.()
    this.#stop = undefined
  }

  #set(at: Instant): void {
    this.#stop?.()
    this.#firesAt = at
    this.#stop = this.#clock.after(Math.max(0, at - this.#clock.now()), () => this.#fire())
  }

  #fire(): void {
    this.#firesAt = Number.POSITIVE_INFINITY
    this.#stop = undefined
    const watched = this.#watched
    const next = watched?.look(this.#clock.now())
    if (next !== undefined && this.#watched === watched) this.#set(next)
  }
}
