import { expect, it } from 'vitest'
import { distinctParts } from './distinct-parts.ts'
import { edgeStrength } from './edges.ts'
import { colourCells, judgeCut } from './judge-cut.ts'
import { toOklab } from './work-copy.ts'

const [WIDTH, HEIGHT] = [120, 90]

const mask = (isInside: (x: number, y: number) => boolean) =>
  Uint8Array.from({ length: WIDTH * HEIGHT }, (_, index) =>
    isInside(index % WIDTH, Math.floor(index / WIDTH)) ? 1 : 0,
  )
const disc = (x: number, y: number) => Math.hypot(x - 40, y - 45) < 20
/** A light out of focus: its edge takes 20 pixels. */
const light = (x: number, y: number) => Math.min(1, Math.max(0, (30 - Math.hypot(x - 90, y - 40)) / 20))

const rgb = new Uint8Array(WIDTH * HEIGHT * 3)
for (let index = 0; index < WIDTH * HEIGHT; index++) {
  const [x, y] = [index % WIDTH, Math.floor(index / WIDTH)]
  rgb.set(disc(x, y) ? [200, 60, 40] : [60 + 120 * light(x, y), 90 + 60 * light(x, y), 120], index * 3)
}
const lab = toOklab(rgb)
const colours = colourCells(lab)
const edges = edgeStrength({ width: WIDTH, height: HEIGHT, rgb, lab })

it('a light out of focus is no part of a subject with a distinct outline', () => {
  const both = mask((x, y) => disc(x, y) || light(x, y) > 0.5)
  expect(distinctParts(both, WIDTH, edges)).toEqual(mask(disc))
})

it('every part with a distinct outline stays, a speck does not', () => {
  const halves = mask((x, y) => (disc(x, y) && y !== 45) || (x > 100 && x < 103 && y === 80))
  expect(distinctParts(halves, WIDTH, edges)).toEqual(mask((x, y) => disc(x, y) && y !== 45))
})

it('the true cut is judged better than half of it, than one with the light, and than nothing', () => {
  const costs = [Float32Array.from(mask(disc), value => value * 2)]
  const judged = (subject: Uint8Array) => judgeCut(subject, { width: WIDTH, colours, edges, costs })
  const truth = judged(mask(disc))
  expect(truth).toBeGreaterThan(judged(mask((x, y) => disc(x, y) && x < 40)))
  expect(truth).toBeGreaterThan(judged(mask((x, y) => disc(x, y) || light(x, y) > 0.5)))
  expect(judged(mask(() => false))).toBe(0)
  expect(judged(mask(() => true))).toBe(0)
})

it('an outline that is distinct by itself stays beside a much more distinct one', () => {
  const steps = Float32Array.from({ length: WIDTH * HEIGHT }, (_, index) => {
    const x = index % WIDTH
    return x < 60 ? 0.6 : x < 90 ? 0.15 : 0.05
  })
  const three = mask((x, y) => y > 30 && y < 50 && ((x > 10 && x < 40) || (x > 65 && x < 85) || (x > 95 && x < 115)))
  const kept = mask((x, y) => y > 30 && y < 50 && ((x > 10 && x < 40) || (x > 65 && x < 85)))
  expect(distinctParts(three, WIDTH, steps)).toEqual(kept)
})

it('before leaves, many parts speak against a cut', () => {
  const costs = [Float32Array.from(mask(disc), value => value * 2)]
  const many = mask((x, y) => disc(x, y) || (x > 70 && x % 10 === 0 && y % 10 === 0))
  const judged = (subject: Uint8Array, textured: boolean) =>
    judgeCut(subject, { width: WIDTH, colours, edges, costs, textured })
  expect(judged(many, true) / judged(mask(disc), true)).toBeLessThan(
    (0.5 * judged(many, false)) / judged(mask(disc), false),
  )
})
