import type { Duration } from '@terrace/kit'
import type { Zone } from '@terrace/model'
import type { BalancerSample } from '../../dataplane/messages.ts'

// What one capacity unit takes of each of its four dimensions, for targets that are instances, tasks or addresses.
const NEW_CONNECTIONS_PER_SECOND = 25
const ACTIVE_CONNECTIONS = 3000
const BYTES_PER_HOUR = 1_000_000_000
const RULES_PER_SECOND = 1000
// Of functions, a unit takes 0.4 GB an hour.
const FUNCTION_BYTES_WEIGH = 2.5

/**
 * How much capacity a balancer has used, in load balancer capacity units (LCU): the dimension that was used most counts.
 *
 * @see "Elastic Load Balancing pricing", "LCU details": 25 new connections a second, 3,000 active connections, 1 GB an hour,
 *   1,000 rule evaluations a second, of which the first ten of each request are free; for functions 0.4 GB an hour
 */
export class CapacityUsage {
  #newConnections = 0
  #bytes = 0
  #rules = 0
  /** The most that were open at once, by node. */
  readonly #active = new Map<Zone, number>()

  add({ counts, node, activeConnections = 0, chargedRules = 0 }: BalancerSample): void {
    this.#newConnections += counts.NewConnectionCount ?? 0
    this.#bytes += (counts.ProcessedBytes ?? 0) + (FUNCTION_BYTES_WEIGH - 1) * (counts.LambdaTargetProcessedBytes ?? 0)
    this.#rules += chargedRules
    this.#active.set(node, Math.max(this.#active.get(node) ?? 0, activeConnections))
  }

  /** Units used since the last time. @param interval  how long that was */
  take(interval: Duration): number {
    const seconds = interval / 1000
    const active = [...this.#active.values()].reduce((sum, count) => sum + count, 0)
    const units = Math.max(
      this.#newConnections / seconds / NEW_CONNECTIONS_PER_SECOND,
      active / ACTIVE_CONNECTIONS,
      (this.#bytes * (3600 / seconds)) / BYTES_PER_HOUR,
      this.#rules / seconds / RULES_PER_SECOND,
    )
    this.#newConnections = this.#bytes = this.#rules = 0
    this.#active.clear()
    return units
  }
}
