import { expect, it } from 'vitest'
import { distanceToEdge } from './distance.ts'
import { score } from './score.ts'

const SIDE = 100

/** A square of `size` whose left upper corner is at (x, x). */
const square = (x: number, size: number) =>
  Uint8Array.from({ length: SIDE * SIDE }, (_, index) => {
    const inside = (at: number) => at >= x && at < x + size
    return inside(index % SIDE) && inside(Math.floor(index / SIDE)) ? 255 : 0
  })

it('the truth itself is perfect', () => {
  expect(score(square(20, 40), square(20, 40), SIDE)).toEqual({ iou: 1, boundary: 1, error: 0, bandError: 0 })
})

it('half of the subject is an IoU of a half, and an error of what is missing', () => {
  const left = square(20, 40).map((value, index) => (index % SIDE < 40 ? value : 0))
  const { iou, error } = score(left, square(20, 40), SIDE)
  expect(iou).toBeCloseTo(0.5)
  expect(error).toBeCloseTo(800 / (SIDE * SIDE))
})

it('an edge beside the true one counts within the tolerance only', () => {
  const wide = (x: number) => Uint8Array.from({ length: 1000 * 100 }, (_, index) => (index % 1000 >= x ? 255 : 0))
  expect(score(wide(504), wide(500), 1000).boundary).toBe(1)
  expect(score(wide(505), wide(500), 1000).boundary).toBe(0)
})

it('a cut-out of something else shares nothing with the truth', () => {
  const { iou, boundary } = score(square(70, 20), square(5, 20), SIDE)
  expect([iou, boundary]).toEqual([0, 0])
})

it('no subject is right where there is none, and wrong where there is one', () => {
  expect(score(square(0, 0), square(0, 0), SIDE)).toEqual({ iou: 1, boundary: 1, error: 0, bandError: 0 })
  expect(score(square(0, 0), square(20, 40), SIDE)).toMatchObject({ iou: 0, boundary: 0 })
})

it('half transparent hairs are judged in the band, not by IoU', () => {
  const truth = square(20, 40).map((value, index) => (index % SIDE === 60 && value === 0 ? 100 : value))
  const { iou, bandError } = score(square(20, 40), truth, SIDE)
  expect(iou).toBe(1)
  expect(bandError).toBeGreaterThan(0.05)
})

it('alphas of different sizes are refused', () => {
  expect(() => score(new Uint8Array(4), new Uint8Array(6), 2)).toThrow('cannot compare 4 with 6')
})

it('distances to an edge are exact, and the border of the picture is no edge', () => {
  const dot = Uint8Array.from({ length: 49 }, (_, index) => (index === 24 ? 255 : 0))
  const distances = distanceToEdge(dot, 7, 128)
  expect(distances[24]).toBe(0)
  expect(distances[0]).toBeCloseTo(Math.hypot(3, 3))
  expect(distances[22]).toBe(2)
  expect(distanceToEdge(new Uint8Array(9).fill(255), 3, 128)).toEqual(new Float32Array(9).fill(Infinity))
})
