import type { Clock, Instant } from '@terrace/kit'
import type { TableThroughput } from '@terrace/model'
import { BURST_SECONDS, ON_DEMAND_READS, ON_DEMAND_WRITES } from './limits.ts'

/**
 * Units that come at a rate and are kept for a while. A call passes while there is a unit for it, and what it takes beyond
 * that is owed: how much a read takes is known when it is done.
 */
class Allowance {
  readonly #rate: number
  readonly #most: number
  #units: number
  #at: Instant

  /** @param rate  units a second; it begins with those of one */
  constructor(rate: number, seconds: number, now: Instant) {
    this.#rate = rate
    this.#most = rate * seconds
    this.#units = rate
    this.#at = now
  }

  has(units: number, now: Instant): boolean {
    this.#units = Math.min(this.#most, this.#units + ((now - this.#at) / 1000) * this.#rate)
    this.#at = now
    return this.#units >= units
  }

  take(units: number): void {
    this.#units -= units
  }
}

/** Least that a call takes: half of a unit for an eventually consistent read. */
const LEAST = { read: 0.5, write: 1 }

/**
 * The throughput of a table or of a global index.
 *
 * differs: on demand it doesn't grow with the load; keys that are used more than others have no limit of their own
 * @see DynamoDB Developer Guide "DynamoDB burst and adaptive capacity", "DynamoDB on-demand capacity mode"
 */
export class Capacity {
  readonly throughput: TableThroughput
  readonly #clock: Clock
  readonly #read: Allowance
  readonly #write: Allowance

  constructor(throughput: TableThroughput, clock: Clock) {
    this.throughput = throughput
    this.#clock = clock
    const now = clock.now()
    if (throughput.mode === 'provisioned') {
      this.#read = new Allowance(throughput.reads, BURST_SECONDS, now)
      this.#write = new Allowance(throughput.writes, BURST_SECONDS, now)
    } else {
      this.#read = new Allowance(throughput.mostReads ?? ON_DEMAND_READS, 1, now)
      this.#write = new Allowance(throughput.mostWrites ?? ON_DEMAND_WRITES, 1, now)
    }
  }

  has(kind: 'read' | 'write'): boolean {
    return (kind === 'read' ? this.#read : this.#write).has(LEAST[kind], this.#clock.now())
  }

  take(kind: 'read' | 'write', units: number): void {
    const allowance = kind === 'read' ? this.#read : this.#write
    allowance.take(units)
  }
}
