import { expect, it } from 'vitest'
import { fillIn } from './fill.ts'

it('what has no weight is filled in from what has', () => {
  const values = Float32Array.of(7, 0, 0, 0)
  const filled = fillIn({ width: 2, height: 2, channels: 1, values, weights: Float32Array.of(1, 0, 0, 0) })
  for (const value of filled) expect(value).toBeCloseTo(7)
})
