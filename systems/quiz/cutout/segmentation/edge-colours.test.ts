import { expect, it } from 'vitest'
import { EdgeColourList, repaint } from './edge-colours.ts'

it('colours of many pixels are kept in order, clamped to bytes, and painted where they belong', () => {
  const list = new EdgeColourList()
  const count = 10_000
  for (let pixel = 0; pixel < count; pixel++) list.add(pixel * 2, -3, pixel % 200, 300.4)
  const { pixels, colors } = list.all
  expect(pixels.length).toBe(count)
  expect(colors.length).toBe(count * 3)
  const picture = new Uint8Array(count * 2 * 3).fill(7)
  repaint(picture, list.all)
  expect(picture.subarray(199 * 6, 199 * 6 + 6)).toEqual(Uint8Array.of(0, 199, 255, 7, 7, 7))
  expect(picture.subarray(9999 * 6, 9999 * 6 + 6)).toEqual(Uint8Array.of(0, 199, 255, 7, 7, 7))
})
