import { Token } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/** The size of a group of instances. */
export interface Scaling {
  /** Below 2 the group may shrink into one zone. */
  readonly min: number
  /** At the start; a later deployment leaves the group's size alone unless this number has changed. */
  readonly desired: number
  readonly max: number
  /** Average CPU to hold, percent. Default 50. */
  readonly cpuPercent?: number
}

/** Sizes that are parameters are not looked into. @throws when the others are not whole numbers with `1 ≤ min ≤ desired ≤ max` and `max ≥ 2` */
export function checkScaling(scope: Construct, scaling: Scaling): void {
  const { min, desired, max } = scaling
  if ([min, desired, max].some(size => Token.isUnresolved(size))) return
  const sound = [min, desired, max].every(Number.isInteger) && 1 <= min && min <= desired && desired <= max && max >= 2
  if (sound) return
  throw new Error(
    `${scope.node.path}: scaling min ${min}, desired ${desired}, max ${max} is impossible; ` +
      'give whole numbers with 1 ≤ min ≤ desired ≤ max and max at least 2, one instance per zone',
  )
}
