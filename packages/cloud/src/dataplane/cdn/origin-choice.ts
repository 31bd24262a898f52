import type { Behavior, Distribution, DistributionOrigin } from '@terrace/model'

/** The origin that a behavior leads to, and the one that stands in when it fails. */
export interface OriginChoice {
  readonly origin: DistributionOrigin
  readonly failover?: Failover | undefined
}

/** The second origin of a group. */
export interface Failover {
  readonly origin: DistributionOrigin
  /** What counts as a failure of the first one; 503 also stands for a connection that isn't made, 504 for silence. */
  readonly statusCodes: readonly number[]
}

/**
 * The origin of a behavior: its own, or those of the group that it names.
 *
 * @returns nothing when there is no such origin
 * @see CloudFront Developer Guide, "Optimize high availability with CloudFront origin failover"
 */
export function originFor(distribution: Distribution, { origin: id }: Behavior): OriginChoice | undefined {
  const byId = (wanted: string) => distribution.origins.find(origin => origin.id === wanted)
  const group = distribution.originGroups?.find(each => each.id === id)
  const origin = byId(group?.members[0] ?? id)
  const second = group && byId(group.members[1])
  if (!origin) return undefined
  return second ? { origin, failover: { origin: second, statusCodes: group.statusCodes } } : { origin }
}
