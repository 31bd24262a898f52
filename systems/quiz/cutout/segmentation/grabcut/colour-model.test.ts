import { expect, it } from 'vitest'
import { loadOpenCv } from '../opencv.ts'
import { colourModel } from './colour-model.ts'

const SIZE = 30_000
const COLOURS = [
  [20, 20, 20],
  [220, 30, 30],
  [30, 200, 40],
  [40, 50, 230],
  [240, 240, 200],
]
/** In the subject one of five colours, the background grey. */
const rgb = new Uint8Array(SIZE * 3)
const labels = new Uint8Array(SIZE)
for (let index = 0; index < SIZE; index++) {
  const subject = index % 3 === 0
  labels[index] = subject ? (index % 2 === 0 ? 1 : 3) : index % 2 === 0 ? 0 : 2
  rgb.set(subject ? (COLOURS[Math.floor(index / 7) % 5] ?? []) : [128, 128, 128], index * 3)
}

it('the subject’s model has its colours, the same every time, and none of the background’s', async () => {
  const cv = await loadOpenCv()
  const model = colourModel(cv, rgb, labels, 1)
  expect(model.length).toBe(65)
  const means = Array.from({ length: 5 }, (_, one) => [...model.subarray(5 + one * 3, 8 + one * 3)].map(Math.round))
  expect(means.sort()).toEqual([...COLOURS].sort())
  expect(colourModel(cv, rgb, labels, 1)).toEqual(model)
})

it('fewer pixels than colours make a model of as many', async () => {
  const cv = await loadOpenCv()
  const few = new Uint8Array(SIZE)
  few.set([1, 3, 1], 60)
  const model = colourModel(cv, rgb, few, 1)
  expect([...model.subarray(0, 5)].filter(weight => weight > 0).length).toBe(3)
  expect([...model].every(Number.isFinite)).toBe(true)
})
