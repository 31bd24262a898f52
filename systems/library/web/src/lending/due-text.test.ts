import { describe, expect, it } from 'vitest'
import { dueInWords } from './due-text.tsx'

describe('when a book is due', () => {
  it('says how far away the day is, and how late it is after it (L-06)', () => {
    expect(dueInWords('2026-11-25', '2026-11-22')).toBe('in 3 days')
    expect(dueInWords('2026-11-22', '2026-11-22')).toBe('today')
    expect(dueInWords('2026-11-21', '2026-11-22')).toBe('1 day overdue')
    expect(dueInWords('2026-11-02', '2026-11-22')).toBe('20 days overdue')
  })
})
