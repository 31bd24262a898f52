import { expect, it } from 'vitest'
import { clearEdge, edgeStrength } from './edges.ts'
import type { Opinions } from './opinions.ts'
import { findRegions, TRAITS } from './regions.ts'
import { settleRegions } from './settle-regions.ts'
import { toOklab } from './work-copy.ts'

const [WIDTH, HEIGHT] = [160, 120]
const mask = (isInside: (x: number, y: number) => boolean) =>
  Uint8Array.from({ length: WIDTH * HEIGHT }, (_, index) =>
    isInside(index % WIDTH, Math.floor(index / WIDTH)) ? 1 : 0,
  )

const bottle = (x: number, y: number) => Math.abs(x - 70) < 25 && y > 40 && y < 100
const cap = (x: number, y: number) => Math.abs(x - 70) < 14 && y > 20 && y <= 40
const shadow = (x: number, y: number) => x >= 95 && x < 103 && y > 45 && y < 100

const rgb = new Uint8Array(WIDTH * HEIGHT * 3)
for (let index = 0; index < WIDTH * HEIGHT; index++) {
  const [x, y] = [index % WIDTH, Math.floor(index / WIDTH)]
  const colour = bottle(x, y)
    ? [20, 110, 90]
    : cap(x, y)
      ? [120, 90, 110]
      : shadow(x, y)
        ? [120, 155, 200]
        : [140, 180, 230]
  rgb.set(
    colour.map(value => value + ((index * 7) % 5)),
    index * 3,
  )
}
const lab = toOklab(rgb)
const edges = edgeStrength({ width: WIDTH, height: HEIGHT, rgb, lab })
const cost = (one: (x: number, y: number) => number) =>
  Float32Array.from({ length: WIDTH * HEIGHT }, (_, index) => one(index % WIDTH, Math.floor(index / WIDTH)))

/** The cap is in the third cut alone, which has the shadow too. */
const opinions: Opinions = {
  width: WIDTH,
  lab,
  edges,
  clear: clearEdge(edges),
  spread: cost((x, y) => (bottle(x, y) ? 3 : cap(x, y) ? 2.5 : 0.05)),
  shaded: cost((x, y) => (bottle(x, y) ? 3 : cap(x, y) ? 2.5 : shadow(x, y) ? 0.4 : 0.05)),
  cuts: [
    { subject: mask(bottle), value: 0.3 },
    { subject: mask(bottle), value: 0.3 },
    { subject: mask((x, y) => bottle(x, y) || cap(x, y) || shadow(x, y)), value: 0.31 },
  ],
  best: mask((x, y) => bottle(x, y) || cap(x, y) || shadow(x, y)),
}

it('the regions are where cuts differ, each described by as many numbers', () => {
  const { count, region, traits } = findRegions(opinions)
  expect(count).toBe(2)
  expect(traits.length).toBe(2 * TRAITS)
  expect(region[30 * WIDTH + 70]).not.toBe(region[70 * WIDTH + 99])
  expect(region[70 * WIDTH + 70]).toBe(-1)
  expect(region[5 * WIDTH + 5]).toBe(-1)
})

it('a cap that one cut alone has stays, the shadow that the same cut has goes', () => {
  expect(settleRegions(opinions)).toEqual(mask((x, y) => bottle(x, y) || cap(x, y)))
})

it('where all agree nothing changes', () => {
  const subject = mask(bottle)
  const cuts = opinions.cuts.map(({ value }) => ({ subject, value }))
  const spread = cost((x, y) => (bottle(x, y) ? 3 : 0))
  expect(settleRegions({ ...opinions, cuts, best: subject, spread, shaded: spread })).toEqual(subject)
})
