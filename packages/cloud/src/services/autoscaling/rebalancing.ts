import { type Capacity, DIFFERENCE } from './capacity.ts'
import { causes } from './causes.ts'
import type { FailingZones } from './failing-zones.ts'
import type { GroupState } from './group-state.ts'
import { choose } from './termination-order.ts'
import { fullestZones, imbalance } from './zones.ts'

/** By how much a group may exceed its maximum while it moves instances: a tenth, or one. */
const margin = (maxSize: number): number => Math.max(1, Math.floor(maxSize / 10))

/**
 * Moves instances from the fullest zones to the emptiest ones when their numbers differ by two or more. New instances are
 * launched before old ones go.
 *
 * @see Amazon EC2 Auto Scaling User Guide, "Amazon EC2 Auto Scaling benefits", rebalancing activities
 */
export class Rebalancing {
  readonly #state: GroupState
  readonly #capacity: Capacity
  readonly #failingZones: FailingZones

  constructor(state: GroupState, capacity: Capacity, failingZones: FailingZones) {
    this.#state = state
    this.#capacity = capacity
    this.#failingZones = failingZones
    state.events.on('launchFailed', () => this.#stay())
  }

  /** Begins one move at least, if the group is at rest and out of balance. */
  check(): void {
    const { definition, processes, stopped, desired } = this.#state
    if (stopped || processes.has('AZRebalance') || processes.has('Launch')) return
    if (this.#state.starting > 0 || this.#state.capacity !== desired) return
    const members = this.#state.active
    if (members.some(({ state }) => state !== 'InService')) return
    const allowed = this.#state.zones.filter(zone => !this.#failingZones.isResting(zone))
    const left = members.filter(({ instance }) => !this.#state.zones.includes(instance.zone))
    const counts = this.#state.countByZone()
    const moves = left.length > 0 ? left.length : Math.floor(imbalance(counts, allowed) / 2)
    const room = definition.maxSize + margin(definition.maxSize) - this.#state.members.size
    if (allowed.length === 0 || moves <= 0 || room <= 0) return
    for (let n = 0; n < Math.min(moves, room); n++) this.#move()
    const targets = allowed.filter(zone => (counts.get(zone) ?? 0) < Math.max(...counts.values()))
    const launch = { kind: 'launch', cause: (at: number) => causes.rebalancing(at, targets) } as const
    this.#state.note('autoscaling.rebalance', `${definition.name} moves instances to ${targets.join(', ')}`)
    void this.#capacity.converge(processes.has('Terminate') ? DIFFERENCE : launch)
  }

  // A move that can't be made is given up: another zone in the place of the one that is short would gain nothing.
  #stay(): void {
    for (const member of this.#state.members.values()) {
      if (member.leaving?.cause === causes.rebalanced) member.leaving = undefined
    }
  }

  // Zones that the group has left come first.
  #move(): void {
    const { definition, world } = this.#state
    const counts = this.#state.countByZone()
    const foreign = [...counts.keys()].filter(zone => !this.#state.zones.includes(zone) && counts.get(zone))
    const from = foreign.length > 0 ? foreign : fullestZones(counts)
    const pool = this.#state.active.filter(({ instance }) => from.includes(instance.zone))
    const member = choose(pool, definition.terminationPolicies, world.clock.now(), world.random)
    if (member) member.leaving = { cause: causes.rebalanced }
  }
}
