import { expect, it } from 'vitest'
import { workCopy } from '../work-copy.ts'
import { backgroundCost } from './background-cost.ts'
import { findBorder } from './border.ts'

const [WIDTH, HEIGHT] = [200, 150]

/** Sky above land, with a soft seam between them, and a stick of the seam's colour that stands on the land. */
const landscape = () => {
  const pixels = new Uint8Array(WIDTH * HEIGHT * 3)
  for (let index = 0; index < WIDTH * HEIGHT; index++) {
    const [x, y] = [index % WIDTH, Math.floor(index / WIDTH)]
    const part = Math.abs(x - 100) < 3 && y > 95 && y < 135 ? 0.5 : Math.min(1, Math.max(0, (y - 71) / 3))
    const noise = (index * 7) % 5
    pixels.set([120 - 80 * part + noise, 160 - 40 * part, 220 - 180 * part], index * 3)
  }
  return workCopy({ width: WIDTH, height: HEIGHT, pixels })
}

it('where land and sky meet is background, the same colour elsewhere is not', () => {
  const copy = landscape()
  const { spread, shaded, textured } = backgroundCost(copy, findBorder(copy))
  expect(textured).toBe(false)
  for (const cost of [spread, shaded]) {
    for (const y of [70, 71, 72, 73, 74, 75]) expect(cost[y * WIDTH + 60]).toBeLessThan(0.5)
    expect(cost[115 * WIDTH + 100]).toBeGreaterThan(1)
  }
})
