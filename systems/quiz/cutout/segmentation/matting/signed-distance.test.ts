import { expect, it } from 'vitest'
import { signedDistance } from './signed-distance.ts'

it('distance is above 0 inside, below 0 outside, and a half beside the edge', () => {
  const distance = signedDistance(Uint8Array.of(0, 0, 1, 1, 1), 5)
  expect(Array.from(distance)).toEqual([-1.5, -0.5, 0.5, 1.5, 2.5])
})
