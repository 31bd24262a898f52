import { expect, it } from 'vitest'
import { boxMeans } from './boxes.ts'

it('means over squares count what is inside of the picture alone', () => {
  const means = boxMeans(Float32Array.of(1, 2, 3, 4, 5, 6), 3, 2, 1)
  expect(Array.from(means)).toEqual([3, 3.5, 4, 3, 3.5, 4])
})
