import type { Clock, Duration, Stop } from '@terrace/kit'

/** A capacity that a policy wants. */
export interface Proposal {
  readonly capacity: number
}

/**
 * Collects what policies want, and decides once: of those that come within a few seconds the largest capacity wins, out and
 * in.
 *
 * @see Amazon EC2 Auto Scaling User Guide, "Dynamic scaling for Amazon EC2 Auto Scaling", multiple dynamic scaling policies
 */
export class Proposals<P extends Proposal> {
  readonly #clock: Clock
  readonly #span: Duration
  readonly #decide: (largest: P) => void
  #open: P[] = []
  #timer: Stop | undefined

  /** @param span  how long after the first one others count */
  constructor(clock: Clock, span: Duration, decide: (largest: P) => void) {
    this.#clock = clock
    this.#span = span
    this.#decide = decide
  }

  add(proposal: P): void {
    this.#open.push(proposal)
    this.#timer ??= this.#clock.after(this.#span, () => this.#end())
  }

  stop(): void {
    this.#timer?.()
  }

  #end(): void {
    const [first, ...others] = this.#open
    this.#open = []
    this.#timer = undefined
    if (first) this.#decide(others.reduce((best, each) => (each.capacity > best.capacity ? each : best), first))
  }
}
