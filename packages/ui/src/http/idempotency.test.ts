import { describe, expect, it } from 'vitest'
import { idempotencyKeys } from './idempotency.ts'
import { RequestError } from './request-error.ts'

const counting = () => {
  let made = 0
  return () => `k${++made}`
}

describe('idempotency keys', () => {
  it('stay the same while it is not known whether it was done', () => {
    const keys = idempotencyKeys(counting())
    expect(keys.keyFor({ title: 'Dune' })).toBe('k1')
    keys.settled(new RequestError('away', 'no answer'))
    expect(keys.keyFor({ title: 'Dune' })).toBe('k1')
    keys.settled(new RequestError('broken', '500', { status: 500 }))
    expect(keys.keyFor({ title: 'Dune' })).toBe('k1')
  })

  it('are new when the content is, and once the API has answered', () => {
    const keys = idempotencyKeys(counting())
    expect(keys.keyFor({ title: 'Dune' })).toBe('k1')
    expect(keys.keyFor({ title: 'Emma' })).toBe('k2')
    keys.settled()
    expect(keys.keyFor({ title: 'Emma' })).toBe('k3')
    keys.settled(new RequestError('refused', '409', { status: 409 }))
    expect(keys.keyFor({ title: 'Emma' })).toBe('k4')
  })

  it('outlive the page where their place does, and a place that holds something else is an empty one', () => {
    let kept: string | null = null
    const place = {
      read: () => kept,
      write: (pending: string | null) => {
        kept = pending
      },
    }
    const newKey = counting()
    expect(idempotencyKeys(newKey, place).keyFor({ title: 'Dune' })).toBe('k1')
    expect(idempotencyKeys(newKey, place).keyFor({ title: 'Dune' })).toBe('k1')
    kept = '{"not":"ours"}'
    expect(idempotencyKeys(newKey, place).keyFor({ title: 'Dune' })).toBe('k2')
    idempotencyKeys(newKey, place).settled()
    expect(kept).toBeNull()
  })
})
