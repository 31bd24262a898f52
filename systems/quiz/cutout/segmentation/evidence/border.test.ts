import { expect, it } from 'vitest'
import { workCopy } from '../work-copy.ts'
import { findBorder } from './border.ts'

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
