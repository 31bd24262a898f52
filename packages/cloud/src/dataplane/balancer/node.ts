import type { Instant } from '@terrace/kit'
import type { NodeId, Zone } from '@terrace/model'
import type { Client, Exchange } from '../http1/exchange.ts'
import type { BalancerNode, BalancerSample } from '../messages.ts'
import { Tally } from './tally.ts'

/** A node of a balancer: one a zone. It fails with its zone. */
export class LiveNode {
  readonly zone: Zone
  readonly address: string
  readonly folder: string
  readonly clients = new Set<Client>()
  /** What belongs to no target group. */
  readonly own = new Tally()
  readonly log: (line: string) => void
  /** Nobody gets in there from outside. */
  closedPorts: ReadonlySet<number> = new Set()
  #downSince: Instant | undefined
  readonly #swallowed = new Set<Exchange>()
  readonly #tallies = new Map<NodeId, Tally>()

  /** @param log  takes its lines of the access log */
  constructor({ zone, address, folder }: BalancerNode, log: (line: string) => void) {
    this.log = log
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

  /** For one target group. */
  tally(targetGroup: NodeId): Tally {
    const known = this.#tallies.get(targetGroup)
    if (known) return known
    const made = new Tally()
    this.#tallies.set(targetGroup, made)
    return made
  }

  /** What was counted since the last time. */
  takeSamples(loadBalancer: NodeId, toTargets: number): BalancerSample[] {
    const samples: BalancerSample[] = []
    const take = (tally: Tally, targetGroup?: NodeId) => {
      const counted = tally.take()
      if (!counted) return
      const { counts, responseTimes, chargedRules } = counted
      samples.push({
        loadBalancer,
        node: this.zone,
        counts,
        ...(targetGroup === undefined ? {} : { targetGroup }),
        ...(responseTimes ? { responseTimes } : {}),
        ...(chargedRules > 0 ? { chargedRules } : {}),
      })
    }
    take(this.own)
    for (const [targetGroup, tally] of this.#tallies) take(tally, targetGroup)
    const activeConnections = this.clients.size + toTargets
    if (samples.length > 0 || activeConnections > 0) {
      samples.push({ loadBalancer, node: this.zone, counts: {}, activeConnections })
    }
    return samples
  }
}
