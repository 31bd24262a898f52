import type { StepAdjustment } from '@terrace/model'

/**
 * The step that a breach falls into. Bounds are relative to the alarm's threshold: above it the lower one belongs to the
 * step and the upper one doesn't, below it the other way round.
 *
 * @param breach  the metric's value minus the alarm's threshold
 * @see Amazon EC2 Auto Scaling User Guide, "Step and simple scaling policies", step adjustments; Application Auto Scaling
 *   User Guide, "How step scaling for Application Auto Scaling works"
 */
export function stepFor(steps: readonly StepAdjustment[], breach: number): StepAdjustment | undefined {
  return steps.find(step => {
    const [lower, upper] = [lowerOf(step), upperOf(step)]
    return isAbove(lower, upper) ? breach >= lower && breach < upper : breach > lower && breach <= upper
  })
}

// A step that reaches below the threshold and above it doesn't exist, but for one without any bounds.
const isAbove = (lower: number, upper: number): boolean =>
  lower >= 0 || (upper > 0 && lower === Number.NEGATIVE_INFINITY)

/** What is wrong with the steps of a policy, in AWS's words; nothing when they are fine. */
export function problemOf(steps: readonly StepAdjustment[]): string | undefined {
  if (steps.length === 0) return 'At least one StepAdjustment must be specified for policy type: StepScaling'
  const ordered = [...steps].sort((a, b) => lowerOf(a) - lowerOf(b))
  for (const [index, step] of ordered.entries()) {
    if (step.lower === undefined && step.upper === undefined && steps.length > 1)
      return 'At most one StepAdjustment may have an unspecified lower bound and an unspecified upper bound'
    if (lowerOf(step) >= upperOf(step)) return 'The lower bound of a StepAdjustment must be below its upper bound'
    const next = ordered[index + 1]
    if (!next) continue
    if (upperOf(step) > lowerOf(next)) return "StepAdjustment intervals can't overlap"
    if (upperOf(step) < lowerOf(next)) return "StepAdjustment intervals can't have gaps between them"
  }
  return undefined
}

const lowerOf = ({ lower = Number.NEGATIVE_INFINITY }: StepAdjustment): number => lower
const upperOf = ({ upper = Number.POSITIVE_INFINITY }: StepAdjustment): number => upper
