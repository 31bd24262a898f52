import { expect, it } from 'vitest'
import { gatherEvidence } from '../evidence/gather-evidence.ts'
import { workCopy } from '../work-copy.ts'
import { PLANES, planesOf, SIDE } from './planes.ts'

const [WIDTH, HEIGHT] = [320, 213]

/** A red square before grey. */
const picture = {
  width: WIDTH,
  height: HEIGHT,
  pixels: Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % WIDTH, Math.floor(at / 3 / WIDTH)]
    const inside = Math.abs(x - 160) < 40 && Math.abs(y - 100) < 40
    return inside ? (at % 3 === 0 ? 200 : 30) : 120 + ((x * 7 + y * 3) % 4)
  }),
}
const copy = workCopy(picture, WIDTH)
const planes = planesOf(copy, gatherEvidence(copy))
const at = (plane: number, column: number, row: number) => planes.values[(plane * SIDE + row) * SIDE + column] ?? 0

it('planes hold a cell for two pixels either way, and nothing where no picture is', () => {
  expect([planes.across, planes.down]).toEqual([160, 106.5])
  for (let plane = 0; plane < PLANES; plane++) expect(at(plane, 80, 107)).toBe(0)
  expect([at(12, 0, 0), at(12, 159, 106), at(12, 0, 107)]).toEqual([1, 1, 0])
})

it('what is like the border is about 0 in colour and without cost, what is not stands out', () => {
  for (const plane of [0, 1, 2]) expect(at(plane, 5, 60)).toBeCloseTo(0, 0)
  expect(at(1, 80, 50)).toBeGreaterThan(1)
  expect(at(4, 5, 60)).toBeLessThan(-0.5)
  expect(at(4, 80, 50)).toBe(2)
})

it('the border is told as far as it is trusted, and where a cell is', () => {
  expect([at(8, 0, 0), at(8, 80, 50)]).toEqual([1, 0])
  expect([at(10, 0, 0), at(10, 0, 106)]).toEqual([-1, 1])
  expect([at(11, 0, 0), at(11, 159, 0)]).toEqual([1, 1])
  expect(at(11, 80, 0)).toBeLessThan(0.01)
})
