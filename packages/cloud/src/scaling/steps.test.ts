import type { StepAdjustment } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { adjusted, roundPercentage } from './adjustment.ts'
import { problemOf, stepFor } from './steps.ts'

/** AS UG "Step and simple scaling policies": 12.7 → 12, .67 → 1, -.58 → -1, -6.67 → -6. */
it.each([
  [12.7, 12],
  [0.67, 1],
  [-0.58, -1],
  [-6.67, -6],
  [0, 0],
])('rounds a percentage of %d instances to %d', (change, rounded) => {
  expect(roundPercentage(change)).toBe(rounded)
})

/** AS UG "Step and simple scaling policies", scaling adjustment types. */
it.each([
  ['ChangeInCapacity', 5, 3, 1, 8],
  ['ExactCapacity', 5, 3, 1, 5],
  ['PercentChangeInCapacity', 10, 10, 1, 11],
  ['PercentChangeInCapacity', 25, 4, 2, 6],
  ['PercentChangeInCapacity', -25, 4, 2, 2],
  ['PercentChangeInCapacity', 0, 4, 2, 4],
] as const)('%s %d of %d instances, %d at least, is %d', (type, adjustment, capacity, magnitude, result) => {
  expect(adjusted(type, adjustment, capacity, magnitude)).toBe(result)
})

describe('steps', () => {
  // AS UG "Step scaling policies": an alarm at 50 with steps of 0, 10 and 30 % above 50, 60, 70, and the mirror image below.
  const out: readonly StepAdjustment[] = [
    { lower: 0, upper: 10, adjustment: 0 },
    { lower: 10, upper: 20, adjustment: 10 },
    { lower: 20, adjustment: 30 },
  ]
  const down: readonly StepAdjustment[] = [
    { lower: -10, upper: 0, adjustment: 0 },
    { lower: -20, upper: -10, adjustment: -10 },
    { upper: -20, adjustment: -30 },
  ]
  it.each([
    [out, 0, 0],
    [out, 9.99, 0],
    [out, 10, 10],
    [out, 20, 30],
    [out, 1000, 30],
    [down, 0, 0],
    [down, -10, -10],
    [down, -19.99, -10],
    [down, -20, -30],
  ])('belong to the threshold on the nearer side (%#)', (steps, breach, adjustment) => {
    expect(stepFor(steps, breach)?.adjustment).toBe(adjustment)
  })

  it('cover no breach outside of them', () => {
    expect(stepFor(out, -1)).toBeUndefined()
  })

  it.each([
    [[], 'At least one StepAdjustment'],
    [
      [
        { lower: 0, upper: 10, adjustment: 1 },
        { lower: 5, adjustment: 2 },
      ],
      'overlap',
    ],
    [
      [
        { lower: 0, upper: 10, adjustment: 1 },
        { lower: 15, adjustment: 2 },
      ],
      'gaps',
    ],
    [[{ lower: 5, upper: 1, adjustment: 1 }], 'below its upper bound'],
  ])('have a problem that is named (%#)', (steps, said) => {
    expect(problemOf(steps)).toContain(said)
  })
})
