import { describe, expect, it } from 'vitest'
import { isoTime, secondsText } from './log-texts.ts'

describe('texts of the access log', () => {
  it.each([
    [-1, '-1'],
    [0, '0.000'],
    [7, '0.007'],
    [999, '0.999'],
    [1000, '1.000'],
    [61_234, '61.234'],
    [1.5, '0.002'],
  ])('write %d ms as %s seconds', (milliseconds, text) => {
    expect(secondsText(milliseconds)).toBe(text)
  })

  it('write moments as Date does, whatever was written before', () => {
    const moments = [0, 999, 1000, 1_767_225_599_999, 1_767_225_600_000, 1_767_225_599_998, 5]
    expect(moments.map(isoTime)).toEqual(moments.map(at => new Date(at).toISOString()))
  })
})
