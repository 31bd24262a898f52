import type { GroupState } from '../group-state.ts'
import type { Member } from '../member.ts'
import { choose } from '../termination-order.ts'
import { fullestZones } from '../zones.ts'

/** Chooses those that are replaced next: each from the zone with the most that are left, by the termination policies. */
export function chooseBatch(state: GroupState, candidates: readonly Member[], size: number): readonly Member[] {
  const { world, definition } = state
  const chosen: Member[] = []
  let pool = candidates
  while (chosen.length < size && pool.length > 0) {
    const zones = fullestZones(state.countByZone(pool))
    const inFullest = pool.filter(({ instance }) => zones.includes(instance.zone))
    const member = choose(inFullest, definition.terminationPolicies, world.clock.now(), world.random)
    if (!member) break
    chosen.push(member)
    pool = pool.filter(other => other !== member)
  }
  return chosen
}
