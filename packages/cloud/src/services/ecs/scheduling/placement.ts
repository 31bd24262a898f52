import type { NodeId, Subnet, Zone } from '@terrace/model'

/** How many tasks each zone of a service has; zones without any count as well. */
export function countByZone(zones: readonly Zone[], tasks: readonly { readonly zone: Zone }[]): Map<Zone, number> {
  const counts = new Map<Zone, number>(zones.map(zone => [zone, 0]))
  for (const { zone } of tasks) counts.set(zone, (counts.get(zone) ?? 0) + 1)
  return counts
}

/**
 * The subnet for the next task: in the zone with the fewest tasks, and there the one with the fewest; among equals the
 * first of the service. Zones without capacity are left out.
 *
 * @see ECS Developer Guide, "Balancing an Amazon ECS service across Availability Zones"
 */
export function chooseSubnet(
  subnets: readonly Subnet[],
  tasks: readonly { readonly zone: Zone; readonly subnet: NodeId }[],
  isUp: (zone: Zone) => boolean,
): Subnet | undefined {
  const open = subnets.filter(({ zone }) => isUp(zone))
  const counts = countByZone(
    open.map(({ zone }) => zone),
    tasks,
  )
  const inSubnet = (id: NodeId) => tasks.filter(({ subnet }) => subnet === id).length
  const load = (subnet: Subnet) => counts.get(subnet.zone) ?? 0
  return [...open].sort((a, b) => load(a) - load(b) || inSubnet(a.id) - inSubnet(b.id))[0]
}

/** Tasks in the order in which they go: from the zone that has the most of all, again and again; the newest first. */
export function byFullestZone<Item extends { readonly zone: Zone }>(
  tasks: readonly Item[],
  all: readonly { readonly zone: Zone }[],
): readonly Item[] {
  const counts = countByZone([], all)
  const left = [...tasks]
  const ordered: Item[] = []
  while (left.length > 0) {
    const most = Math.max(...left.map(({ zone }) => counts.get(zone) ?? 0))
    const index = left.findLastIndex(({ zone }) => (counts.get(zone) ?? 0) === most)
    const [next] = left.splice(index, 1)
    if (!next) break
    ordered.push(next)
    counts.set(next.zone, most - 1)
  }
  return ordered
}

/** By how many tasks the fullest zone exceeds the emptiest of those with capacity. */
export function imbalance(counts: ReadonlyMap<Zone, number>, isUp: (zone: Zone) => boolean): number {
  const open = [...counts].filter(([zone]) => isUp(zone)).map(([, count]) => count)
  return open.length === 0 ? 0 : Math.max(...open) - Math.min(...open)
}
