import type { Subnet, Zone } from '@terrace/model'

/** How many instances each zone of a group has; zones without any count as well. */
export function countByZone(
  subnets: readonly Subnet[],
  instances: readonly { readonly zone: Zone }[],
): Map<Zone, number> {
  const counts = new Map<Zone, number>(subnets.map(subnet => [subnet.zone, 0]))
  for (const { zone } of instances) counts.set(zone, (counts.get(zone) ?? 0) + 1)
  return counts
}

/**
 * The zone for the next launch: the one with the fewest instances; among equals the first by name. Zones that were left
 * by the group are not launched in.
 * @see Amazon EC2 Auto Scaling User Guide, "Amazon EC2 Auto Scaling benefits", instance distribution
 */
export const zoneToLaunchIn = (counts: ReadonlyMap<Zone, number>, allowed: readonly Zone[]): Zone | undefined =>
  [...counts].filter(([zone]) => allowed.includes(zone)).sort(([a, m], [b, n]) => m - n || a.localeCompare(b))[0]?.[0]

/** The zones that scale-in takes from: those with the most instances. */
export function fullestZones(counts: ReadonlyMap<Zone, number>): readonly Zone[] {
  const most = Math.max(0, ...counts.values())
  return [...counts].filter(([, count]) => count === most).map(([zone]) => zone)
}

/** By how many instances the fullest zone exceeds the emptiest of those that may be launched in. */
export function imbalance(counts: ReadonlyMap<Zone, number>, allowed: readonly Zone[]): number {
  const least = Math.min(...allowed.map(zone => counts.get(zone) ?? 0))
  return Number.isFinite(least) ? Math.max(0, ...counts.values()) - least : 0
}
