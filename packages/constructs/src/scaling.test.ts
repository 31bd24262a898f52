import { Stack } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { checkScaling } from './scaling.ts'

const stack = new Stack(undefined, 'test')

describe('the size of a group', () => {
  it.each([
    { min: 2, desired: 2, max: 3 },
    { min: 1, desired: 2, max: 3 },
    { min: 2, desired: 2, max: 2 },
  ])('may be $min/$desired/$max', scaling => {
    expect(() => checkScaling(stack, scaling)).not.toThrow()
  })

  it.each([
    { min: 0, desired: 2, max: 3 },
    { min: 3, desired: 2, max: 3 },
    { min: 2, desired: 4, max: 3 },
    { min: 1, desired: 1, max: 1 },
    { min: 1.5, desired: 2, max: 3 },
    { min: Number.NaN, desired: 2, max: 3 },
  ])('may not be $min/$desired/$max', scaling => {
    expect(() => checkScaling(stack, scaling)).toThrow(/^test: scaling min .* is impossible; give whole numbers/)
  })
})
