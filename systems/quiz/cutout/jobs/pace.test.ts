import { seconds } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { Pace } from './pace.ts'

describe('the pace', () => {
  it('Q-02: makes Retry-After of what pictures have taken, how many wait, and how many work', () => {
    const pace = new Pace()
    expect(pace.retryAfter(8, 2)).toBe(4)
    for (let count = 0; count < 50; count++) pace.measure(seconds(3))
    expect(pace.retryAfter(8, 2)).toBe(12)
    expect(pace.retryAfter(8, 1)).toBe(24)
  })

  it('Q-02: tells from 1 to 300 s', () => {
    const pace = new Pace()
    expect([pace.retryAfter(0, 1), pace.retryAfter(100_000, 1)]).toEqual([1, 300])
  })
})
