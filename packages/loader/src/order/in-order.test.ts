import { describe, expect, it } from 'vitest'
import { Cycle, inOrder } from './in-order.ts'

const order = (needs: Record<string, string[]>) => inOrder(Object.keys(needs), item => needs[item] ?? [])

describe('the order of what needs each other', () => {
  it('puts what is needed first and keeps the given order otherwise', () => {
    expect(order({ a: ['c'], b: [], c: ['d'], d: [] })).toEqual(['d', 'c', 'a', 'b'])
  })

  it('names one circle and leaves out what only leads into it', () => {
    const circle = () => order({ a: ['b'], b: ['c'], c: ['d'], d: ['b'] })
    expect(circle).toThrow(Cycle)
    try {
      circle()
    } catch (error) {
      expect(error instanceof Cycle && error.members).toEqual(['b', 'c', 'd', 'b'])
    }
  })

  it('sees that an item needs itself', () => expect(() => order({ a: ['a'] })).toThrow(Cycle))
})
