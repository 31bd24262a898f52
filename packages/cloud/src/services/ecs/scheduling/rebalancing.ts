import type { Zone } from '@terrace/model'
import { countByZone, imbalance } from './placement.ts'

/** What there is to balance. */
export interface Balance {
  readonly zones: readonly Zone[]
  readonly live: readonly { readonly zone: Zone }[]
  readonly healthy: number
  readonly desired: number
  /** The service wants it, there is room for one task more, and nothing else is under way. */
  readonly may: boolean
  readonly deploymentInProgress: boolean
  readonly isUp: (zone: Zone) => boolean
}

/**
 * Balances a service over its zones: one task more in the emptiest zone, and when that is healthy one less in the fullest.
 *
 * @see ECS Developer Guide, "Balancing an Amazon ECS service across Availability Zones"
 */
export class Rebalancing {
  /** Tasks that are wanted beyond the desired ones. */
  extra: 0 | 1 = 0

  /** @returns what is told when it begins */
  look({ zones, live, healthy, desired, may, deploymentInProgress, isUp }: Balance): string | undefined {
    const counts = countByZone(zones, live)
    const difference = imbalance(counts, isUp)
    if (this.extra > 0) {
      if (healthy > desired || deploymentInProgress || difference === 0) this.extra = 0
      return undefined
    }
    if (!may || difference < 2) return undefined
    this.extra = 1
    const inZones = [...counts].map(([zone, count]) => `${count} tasks in ${zone}`).join(', ')
    return `is not AZ balanced with ${inZones}. AZ Rebalancing in progress.`
  }
}
