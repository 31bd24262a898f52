import { type Duration, seconds } from '@terrace/kit'

/** Weight of the newest job in the mean. */
const WEIGHT = 0.2
const LONGEST: Duration = seconds(300)

/** How long pictures take, as far as is known. */
export class Pace {
  /** Until the first is measured: what a photograph for a screen takes on a small machine. */
  #mean: Duration = seconds(1)

  measure(took: Duration): void {
    this.#mean += (took - this.#mean) * WEIGHT
  }

  /** When a place will be free: whole seconds from now, from 1 to 300. @param jobs  waiting and under way */
  retryAfter(jobs: number, workers: number): number {
    const wait = (jobs / Math.max(1, workers)) * this.#mean
    return Math.ceil(Math.max(seconds(1), Math.min(LONGEST, wait)) / seconds(1))
  }
}
