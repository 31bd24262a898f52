import { RequestError } from '@terrace/ui'
import { describe, expect, it } from 'vitest'
import { explain } from './explain.ts'
import { text } from './text.ts'

describe('errors in words', () => {
  it('are the server’s own when it refuses, as a sentence (L-06)', () => {
    const problem = { title: 'Conflict', detail: 'Book already borrowed', errors: [] }
    expect(explain(new RequestError('refused', '409', { status: 409, problem }))).toBe('Book already borrowed.')
  })

  it('never show what a failing server has to say (L-06)', () => {
    const problem = { title: 'Internal', detail: 'ER_DUP_ENTRY at line 3', errors: [] }
    expect(explain(new RequestError('broken', '500', { status: 500, problem }))).toBe(text.errorBroken)
    expect(explain(new RequestError('away', 'no answer'))).toBe(text.errorAway)
    expect(explain(new TypeError('x is undefined'))).toBe(text.errorUnknown)
  })
})
