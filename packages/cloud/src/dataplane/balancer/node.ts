import type { Instant } from '@terrace/kit'
import type { NodeId, Zone } from '@terrace/model'
import type { Client, Exchange } from '../http1/exchange.ts'
import type { BalancerNode, BalancerSample } from '../messages.ts'

/** What one node counted for one target group, or for none. */
export class Tally {
  counts: Record<string, number> = {}
  readonly times = new Map<number, number>()

  add(metric: string, amount = 1): void {
    this.counts[metric] = (this.counts[metric] ?? 0) + amount
  }

  addTime(seconds: number): void {
    this.times.set(seconds, (this.times.get(seconds) ?? 0) + 1)
  }
}

/** A node of a balancer: one a zone. It fails with its zone. */
export class LiveNode {
  readonly zone: Zone
  readonly address: string
  readonly folder: string
  readonly clients = new Set<Client>()
  /** Nobody gets in there from outside. */
  closedPorts: ReadonlySet<number> = new Set()
  #downSince: Instant | undefined
  readonly #swallowed = new Set<Exchange>()
  readonly #tallies = new Map<NodeId | undefined, Tally>()

  constructor({ zone, address, folder }: BalancerNode) {
    this.zone = zone
    this.address = address
    this.folder = folder
  }

  get up(): boolean {
    return this.#downSince === undefined
  }

  /** When its zone stopped. */
  get downSince(): Instant | undefined {
    return this.#downSince
  }

  stop(now: Instant): void {
    this.#downSince ??= now
  }

  start(): void {
    if (this.up) return
    this.#downSince = undefined
    for (const exchange of [...this.#swallowed]) exchange.abort()
    this.#swallowed.clear()
  }

  /** A request that arrives at a node without power: it is never answered. */
  swallow(exchange: Exchange): void {
    this.#swallowed.add(exchange)
    exchange.onClose = () => this.#swallowed.delete(exchange)
  }

  tally(targetGroup: NodeId | undefined): Tally {
    const known = this.#tallies.get(targetGroup)
    if (known) return known
    const made = new Tally()
    this.#tallies.set(targetGroup, made)
    return made
  }

  /** What was counted since the last time. */
  takeSamples(loadBalancer: NodeId, toTargets: number): BalancerSample[] {
    const samples: BalancerSample[] = []
    for (const [targetGroup, tally] of this.#tallies) {
      const times = tally.times.size > 0 ? [...tally.times] : undefined
      samples.push({
        loadBalancer,
        node: this.zone,
        counts: tally.counts,
        ...(targetGroup === undefined ? {} : { targetGroup }),
        ...(times
          ? { responseTimes: { values: times.map(([value]) => value), counts: times.map(([, count]) => count) } }
          : {}),
      })
    }
    this.#tallies.clear()
    const activeConnections = this.clients.size + toTargets
    if (samples.length > 0 || activeConnections > 0) {
      samples.push({ loadBalancer, node: this.zone, counts: {}, activeConnections })
    }
    return samples
  }
}
