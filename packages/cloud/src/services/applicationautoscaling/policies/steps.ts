import type { AdjustmentType, StepAdjustment, StepScaling } from '@terrace/model'

/**
 * The step that a breach falls into. Bounds are relative to the alarm's threshold: above it the lower one belongs to the
 * step, below it the upper one.
 *
 * @param breach  the metric's value minus the threshold
 * @see Application Auto Scaling User Guide, "How step scaling for Application Auto Scaling works"
 */
export const stepFor = (steps: readonly StepAdjustment[], breach: number): StepAdjustment | undefined =>
  steps.find(({ lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY }) =>
    lower >= 0 || (upper > 0 && lower === Number.NEGATIVE_INFINITY)
      ? breach >= lower && breach < upper
      : breach > lower && breach <= upper,
  )

/**
 * The capacity that a step leads to. Percentages above 1 are rounded down, between 0 and 1 up, both away from their sign
 * alike, and never below the minimum magnitude.
 *
 * @see the same page, "Scaling adjustment types"
 */
export function adjusted(
  { adjustmentType, minAdjustmentMagnitude = 1 }: StepScaling,
  by: number,
  capacity: number,
): number {
  const change: Readonly<Record<AdjustmentType, () => number>> = {
    ExactCapacity: () => by - capacity,
    ChangeInCapacity: () => by,
    PercentChangeInCapacity: () => percentage((capacity * by) / 100, minAdjustmentMagnitude),
  }
  return capacity + change[adjustmentType]()
}

function percentage(change: number, magnitude: number): number {
  if (change === 0) return 0
  const whole = Math.abs(change) < 1 ? 1 : Math.trunc(Math.abs(change))
  return Math.sign(change) * Math.max(whole, magnitude)
}

/** What is wrong with the steps of a policy; nothing when they are fine. */
export function problemOf(steps: readonly StepAdjustment[]): string | undefined {
  if (steps.length === 0) return 'At least one StepAdjustment must be specified for policy type: StepScaling'
  const from = ({ lower = Number.NEGATIVE_INFINITY }: StepAdjustment) => lower
  const to = ({ upper = Number.POSITIVE_INFINITY }: StepAdjustment) => upper
  const ordered = [...steps].sort((a, b) => from(a) - from(b))
  for (const [index, step] of ordered.entries()) {
    const next = ordered[index + 1]
    if (from(step) >= to(step)) return 'The lower bound of a StepAdjustment must be below its upper bound'
    if (next && to(step) > from(next)) return "StepAdjustment intervals can't overlap"
    if (next && to(step) < from(next)) return "StepAdjustment intervals can't have gaps between them"
  }
  return undefined
}
