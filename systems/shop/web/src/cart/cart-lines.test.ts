import { describe, expect, it } from 'vitest'
import { quantityOf, readLines, withoutOrdered, withQuantity, writeLines } from './cart-lines.ts'

const lines = [
  { productId: 1, quantity: 2 },
  { productId: 4, quantity: 5 },
]

describe('the lines of a cart', () => {
  it('come back as they were stored (S-01)', () => {
    expect(readLines(writeLines(lines))).toEqual(lines)
  })

  it('leave out whatever is none: other texts, fractions, less than one, and a product twice (S-01)', () => {
    for (const stored of [null, '', '{', '{}', '7', '[7, null, "x", [1], [1, 0], [1, -2], [1, 1.5], ["1", 1]]']) {
      expect(readLines(stored)).toEqual([])
    }
    expect(readLines('[[1,2],[1,3],[4,1e9]]')).toEqual([
      { productId: 1, quantity: 3 },
      { productId: 4, quantity: 1000 },
    ])
  })

  it('keep their places when a quantity changes, and go when it is none (S-01)', () => {
    expect(withQuantity(lines, 1, 7).map(({ quantity }) => quantity)).toEqual([7, 5])
    expect(withQuantity(lines, 9, 1).map(({ productId }) => productId)).toEqual([1, 4, 9])
    expect(withQuantity(lines, 1, 0)).toEqual([{ productId: 4, quantity: 5 }])
    expect(quantityOf(lines, 9)).toBe(0)
  })

  it('lose only what was ordered (S-03)', () => {
    expect(withoutOrdered(lines, lines)).toEqual([])
    expect(withoutOrdered(withQuantity(lines, 4, 6), lines)).toEqual([{ productId: 4, quantity: 1 }])
  })
})
