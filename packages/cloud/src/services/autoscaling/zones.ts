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
 * The zone for the next launch: the one with the fewest instances; among equals the first by name.
 * @see Amazon EC2 Auto Scaling User Guide, "Instance distribution"
 */
export const zoneToLaunchIn = (counts: ReadonlyMap<Zone, number>): Zone | undefined =>
  [...counts].sort(([a, m], [b, n]) => m - n || a.localeCompare(b))[0]?.[0]

/** The zone that scale-in takes from: the one with the most instances; among equals the last by name. */
export const zoneToShrink = (counts: ReadonlyMap<Zone, number>): Zone | undefined =>
  [...counts].sort(([a, m], [b, n]) => n - m || b.localeCompare(a))[0]?.[0]
