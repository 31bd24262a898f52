import type { Duration, Stop } from '@terrace/kit'
import type { FaultScope, NetworkFaults, NetworkInterface } from './network.ts'

interface Delay {
  readonly scope: FaultScope
  readonly delay: Duration
  readonly jitter: Duration
}

/** The disturbances that are there now. */
export class FaultState implements NetworkFaults {
  readonly #blackholes = new Set<{ readonly scope: FaultScope }>()
  readonly #delays = new Set<Delay>()
  readonly #changed: () => void
  readonly #onCut: (scope: FaultScope) => void

  constructor(changed: () => void, onCut: (scope: FaultScope) => void) {
    this.#changed = changed
    this.#onCut = onCut
  }

  blackhole(scope: FaultScope): Stop {
    return this.#add(this.#blackholes, { scope })
  }

  latency(scope: FaultScope, delay: Duration, jitter: Duration = 0): Stop {
    return this.#add(this.#delays, { scope, delay, jitter })
  }

  cut(scope: FaultScope): void {
    this.#onCut(scope)
  }

  isBlackholed(networkInterface: NetworkInterface): boolean {
    for (const { scope } of this.#blackholes) if (covers(scope, networkInterface)) return true
    return false
  }

  /** How much later a chunk arrives between two interfaces: every fault on either counts, once. */
  delayBetween(a: NetworkInterface, b: NetworkInterface | undefined): readonly [Duration, Duration] | undefined {
    let total: readonly [Duration, Duration] | undefined
    for (const { scope, delay, jitter } of this.#delays) {
      if (!covers(scope, a) && !(b && covers(scope, b))) continue
      total = [(total?.[0] ?? 0) + delay, (total?.[1] ?? 0) + jitter]
    }
    return total
  }

  /** What sets an interface apart from others of its subnet. */
  ownFaults(id: string): string {
    const scopes = [...this.#blackholes, ...this.#delays].map(({ scope }) => scope)
    return scopes.some(scope => scope.kind === 'interface' && scope.id === id) ? id : ''
  }

  #add<T>(faults: Set<T>, fault: T): Stop {
    faults.add(fault)
    this.#changed()
    return () => {
      if (faults.delete(fault)) this.#changed()
    }
  }
}

/** Whether an interface lies where a fault holds. */
export function covers(scope: FaultScope, { id, subnet, zone }: NetworkInterface): boolean {
  switch (scope.kind) {
    case 'zone':
      return scope.zone === zone
    case 'subnet':
      return scope.subnet === subnet
    case 'interface':
      return scope.id === id
  }
}
