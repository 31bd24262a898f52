import { expect, it } from 'vitest'
import { agreement, closerLook, cropped } from './closer-look.ts'

const COLUMNS = 100
const ROWS = 80
const picture = { width: 1000, height: 800, pixels: new Uint8Array(1000 * 800 * 3) }

const box = (left: number, top: number, right: number, bottom: number) =>
  Uint8Array.from({ length: COLUMNS * ROWS }, (_, index) => {
    const [x, y] = [index % COLUMNS, Math.floor(index / COLUMNS)]
    return x >= left && x < right && y >= top && y < bottom ? 1 : 0
  })

it('a small subject is looked at again with what is around it', () => {
  const region = closerLook(box(40, 30, 60, 50), COLUMNS, picture)
  expect(region).toEqual({ left: 350, top: 250, width: 300, height: 300 })
})

it('the region ends at the border of the picture', () => {
  expect(closerLook(box(0, 60, 20, 80), COLUMNS, picture)).toMatchObject({ left: 0, top: 550, height: 250 })
})

it('a large subject, or none, gives no region', () => {
  expect(closerLook(box(10, 5, 90, 75), COLUMNS, picture)).toBeUndefined()
  expect(closerLook(new Uint8Array(COLUMNS * ROWS), COLUMNS, picture)).toBeUndefined()
})

it('a crop holds the pixels of its region', () => {
  const pixels = Uint8Array.from({ length: 4 * 3 * 3 }, (_, at) => at)
  const part = cropped({ width: 4, height: 3, pixels }, { left: 1, top: 1, width: 2, height: 2 })
  expect(part).toEqual({ width: 2, height: 2, pixels: Uint8Array.of(15, 16, 17, 18, 19, 20, 27, 28, 29, 30, 31, 32) })
})

it('two copies of one subject agree whatever their sizes', () => {
  const whole = { subject: box(40, 30, 60, 50), columns: COLUMNS, scale: 0.1 }
  const region = { left: 350, top: 250, width: 300, height: 300 }
  const inside = (from: number, to: number) =>
    Uint8Array.from({ length: 60 * 60 }, (_, index) => {
      const [x, y] = [index % 60, Math.floor(index / 60)]
      return x >= from && x < to && y >= 10 && y < 50 ? 1 : 0
    })
  const part = (from: number, to: number) => ({ subject: inside(from, to), columns: 60, scale: 0.2 })
  expect(agreement(whole, part(10, 50), region)).toBe(1)
  expect(agreement(whole, part(50, 60), region)).toBe(0)
})
