import { expect, it } from 'vitest'
import { Likelihood } from './likelihood.ts'
import { PLANES, SIDE } from './planes.ts'

/** Odds of 4 × 2 cells: 0, 1, 2, 3 along every row, 10 more in the second; what the picture doesn't fill is never read. */
const odds = new Float32Array(SIDE * SIDE).fill(1000)
for (let cell = 0; cell < 8; cell++) odds[Math.floor(cell / 4) * SIDE + (cell % 4)] = (cell % 4) + (cell < 4 ? 0 : 10)
const values = new Float32Array(PLANES * SIDE * SIDE)

it('the odds of a cell are those of its middle, on a copy of any size', () => {
  const likelihood = new Likelihood(odds, { values, across: 4, down: 2 })
  expect(Array.from(likelihood.on({ width: 4, height: 2 }))).toEqual([0, 1, 2, 3, 10, 11, 12, 13])
  const twice = likelihood.on({ width: 8, height: 4 })
  expect(Array.from(twice.subarray(0, 8))).toEqual([0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3])
  expect([twice[8], twice[16]]).toEqual([2.5, 7.5])
})

it('a cell that the picture half fills is the last there is', () => {
  const likelihood = new Likelihood(odds, { values, across: 3.5, down: 2 })
  const row = likelihood.on({ width: 7, height: 2 }).subarray(0, 7)
  expect(Math.max(...row)).toBeLessThanOrEqual(3)
  expect(row.at(-1)).toBeCloseTo(2.75)
})
