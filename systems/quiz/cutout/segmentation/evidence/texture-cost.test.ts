import { expect, it } from 'vitest'
import { workCopy } from '../work-copy.ts'
import { findBorder } from './border.ts'
import { edgeStrength } from './edges.ts'
import { distanceToNormal, fitNormal } from './normal.ts'
import { surroundingsCost } from './texture-cost.ts'

const [WIDTH, HEIGHT] = [200, 150]

/** A chequered cloth, and on it a plain patch of one of its colours. */
const cloth = (isPatch: (x: number, y: number) => boolean) => {
  const pixels = new Uint8Array(WIDTH * HEIGHT * 3)
  for (let index = 0; index < WIDTH * HEIGHT; index++) {
    const [x, y] = [index % WIDTH, Math.floor(index / WIDTH)]
    const dark = isPatch(x, y) || (Math.floor(x / 3) + Math.floor(y / 3)) % 2 === 0
    pixels.set(dark ? [60, 80, 60] : [140, 170, 120], index * 3)
  }
  return workCopy({ width: WIDTH, height: HEIGHT, pixels })
}

it('a plain patch on a chequered cloth has strange surroundings, though its colour is one of the cloth', () => {
  const copy = cloth((x, y) => Math.abs(x - 110) < 25 && Math.abs(y - 80) < 25)
  const none = new Float32Array(WIDTH * HEIGHT)
  const cost = surroundingsCost(copy, findBorder(copy), edgeStrength(copy), none)
  const patch = cost[80 * WIDTH + 110] ?? 0
  expect(patch).toBeGreaterThan(3)
  expect(cost[20 * WIDTH + 30]).toBeLessThan(patch / 2)
  expect(cost[130 * WIDTH + 180]).toBeLessThan(patch / 2)
})

it('a normal distribution is that of most rows, not of the few far off', () => {
  const rows = Int32Array.from({ length: 200 }, (_, row) => row)
  const values = Float32Array.from({ length: 400 }, (_, at) => {
    const row = at >> 1
    if (row >= 190) return 50
    return at % 2 === 0 ? Math.sin(row) : 3 * Math.cos(row * 1.7)
  })
  const normal = fitNormal(values, 2, rows, 0.01)
  expect(normal.mean[0]).toBeCloseTo(0, 0)
  const near = Math.max(...Array.from({ length: 190 }, (_, row) => distanceToNormal(normal, values, row)))
  expect(near).toBeLessThan(9)
  expect(distanceToNormal(normal, values, 195)).toBeGreaterThan(50)
})
