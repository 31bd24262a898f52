import type { AdjustmentType } from '@terrace/model'

/**
 * Rounds a percentage of capacity: values above 1 down, between 0 and 1 up to 1, between 0 and -1 to -1, below -1 towards
 * zero.
 * @see Amazon EC2 Auto Scaling User Guide, "Step and simple scaling policies", scaling adjustment types; the Application Auto
 * Scaling User Guide has the same
 */
export function roundPercentage(change: number): number {
  if (change === 0) return 0
  if (Math.abs(change) < 1) return Math.sign(change)
  return Math.trunc(change)
}

/**
 * The capacity that an adjustment leads to, before the group's bounds.
 * @param capacity  what the adjustment is applied to
 * @param magnitude  the least change of a percentage, in instances
 */
export function adjusted(type: AdjustmentType, adjustment: number, capacity: number, magnitude = 1): number {
  switch (type) {
    case 'ExactCapacity':
      return adjustment
    case 'ChangeInCapacity':
      return capacity + adjustment
    case 'PercentChangeInCapacity': {
      const change = roundPercentage((capacity * adjustment) / 100)
      if (change === 0) return capacity
      return capacity + Math.sign(change) * Math.max(Math.abs(change), magnitude)
    }
  }
}
