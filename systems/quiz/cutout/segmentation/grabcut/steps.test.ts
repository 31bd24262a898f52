import { expect, it } from 'vitest'
import { findBorder } from './border.ts'
import { fillIn } from './fill.ts'
import { otsu } from './otsu.ts'
import { signedDistance } from './signed-distance.ts'
import { workCopy } from './work-copy.ts'

it('distance is above 0 inside, below 0 outside, and a half beside the edge', () => {
  const distance = signedDistance(Uint8Array.of(0, 0, 1, 1, 1), 5)
  expect(Array.from(distance)).toEqual([-1.5, -0.5, 0.5, 1.5, 2.5])
})

it('what has no weight is filled in from what has', () => {
  const values = Float32Array.of(7, 0, 0, 0)
  const filled = fillIn({ width: 2, height: 2, channels: 1, values, weights: Float32Array.of(1, 0, 0, 0) })
  for (const value of filled) expect(value).toBeCloseTo(7)
})

it('a threshold lies between two groups', () => {
  const between = otsu(Float32Array.of(0.1, 0.2, 0.1, 2, 2.1, 2.2), 3)
  expect(between).toBeGreaterThan(0.2)
  expect(between).toBeLessThan(2)
})

it('a stretch of the border that a subject covers is not trusted, a gradient is', () => {
  const [width, height] = [200, 150]
  const pixels = new Uint8Array(width * height * 3)
  for (let index = 0; index < width * height; index++) {
    const [x, y] = [index % width, Math.floor(index / width)]
    pixels.set(y > 100 && x > 70 && x < 120 ? [200, 40, 40] : [40 + x / 3, 120, 160 - y / 4], index * 3)
  }
  const border = findBorder(workCopy({ width, height, pixels }))
  for (const [at, index] of border.pixels.entries()) {
    const [x, y] = [index % width, Math.floor(index / width)]
    if (y > 145 && x > 75 && x < 115) expect(border.trust[at]).toBe(0)
    if (y < 100) expect(border.trust[at]).toBe(1)
  }
})
