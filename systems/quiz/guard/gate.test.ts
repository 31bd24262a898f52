import { type Instant, minutes } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { type Gate, LONGEST_RESTRICTION, nextGate, type Tier } from './gate.ts'
import { readGate } from './read-gate.ts'

const NOON: Instant = Date.parse('2026-01-01T12:00:00Z')
const OPEN: Gate = { state: 'open' }

const complete: Tier = { desired: 2, serving: 2, launching: 0 }
const growing: Tier = { desired: 4, serving: 2, launching: 2 }

describe('the gate', () => {
  it('Q-13: is closed while new instances are on their way, for fifteen minutes at most', () => {
    expect(nextGate(OPEN, growing, NOON)).toEqual({
      state: 'restricted',
      until: '2026-01-01T12:15:00.000Z',
      reason: '2 of 4 instances serve, 2 on their way',
    })
  })

  it.each([
    ['instances that are to be launched', { desired: 3, serving: 2, launching: 0 }],
    ['an instance in service that the balancer does not find healthy yet', { desired: 2, serving: 1, launching: 0 }],
    ['an instance that is launched beyond the size', { desired: 2, serving: 2, launching: 1 }],
  ])('Q-13: is closed for %s', (_, tier) => {
    expect(nextGate(OPEN, tier, NOON).state).toBe('restricted')
  })

  it('Q-13: opens when all instances serve, and stays open', () => {
    const closed = nextGate(OPEN, growing, NOON)
    expect(nextGate(closed, complete, NOON + minutes(2))).toEqual(OPEN)
    expect(nextGate(OPEN, complete, NOON)).toEqual(OPEN)
  })

  it('Q-13: is the same after an event that came twice, or late', () => {
    const closed = nextGate(OPEN, growing, NOON)
    expect(nextGate(closed, growing, NOON + minutes(1))).toBe(closed)
    expect(nextGate(OPEN, complete, NOON + minutes(30))).toEqual(OPEN)
  })

  it('Q-13: is not closed for longer by instances that never become ready', () => {
    const closed = nextGate(OPEN, growing, NOON)
    const later = nextGate(closed, { ...growing, launching: 1 }, NOON + LONGEST_RESTRICTION + minutes(5))
    expect(later).toBe(closed)
  })

  it('Q-13: opens when a group shrinks, which leaves enough of those that serve', () => {
    expect(nextGate(OPEN, { desired: 1, serving: 2, launching: 0 }, NOON)).toEqual(OPEN)
  })
})

describe('the parameter', () => {
  it('is read as it was written', () => {
    const closed = nextGate(OPEN, growing, NOON)
    expect(readGate(JSON.stringify(closed))).toEqual(closed)
    expect(readGate(JSON.stringify(OPEN))).toEqual(OPEN)
  })

  it.each(['', 'nonsense', 'null', '[]', '{"state":"restricted"}', '{"state":"restricted","until":"soon"}'])(
    'counts as open when it says %j',
    text => expect(readGate(text)).toEqual(OPEN),
  )
})
