import { describe, expect, it } from 'vitest'
import { daysUntil, formatDate, formatDays } from './dates.ts'

describe('dates', () => {
  it('writes a calendar date as the reader does, the same in every time zone', () => {
    expect(formatDate('2026-12-03', 'en-GB')).toBe('3 Dec 2026')
    expect(formatDate('2026-12-03', 'de-DE')).toBe('03.12.2026')
  })

  it('counts days by the UTC calendar, as the server does', () => {
    expect(daysUntil('2026-11-23', new Date('2026-11-22T23:59:59Z'))).toBe(1)
    expect(daysUntil('2026-11-23', new Date('2026-11-23T00:00:00Z'))).toBe(0)
    expect(daysUntil('2026-11-20', new Date('2026-11-23T12:00:00Z'))).toBe(-3)
  })

  it('counts days over a change of month and of year', () => {
    expect(daysUntil('2027-01-02', new Date('2026-12-30T10:00:00Z'))).toBe(3)
  })

  it('says near days in words', () => {
    expect(formatDays(0, 'en')).toBe('today')
    expect(formatDays(1, 'en')).toBe('tomorrow')
    expect(formatDays(-3, 'en')).toBe('3 days ago')
  })
})
