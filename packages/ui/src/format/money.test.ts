import { describe, expect, it } from 'vitest'
import { formatMoney } from './money.ts'

describe('amounts of money', () => {
  it('are written as the reader does', () => {
    expect(formatMoney(999, 'EUR', 'en-GB')).toBe('€9.99')
    expect(formatMoney(123_456, 'EUR', 'de-DE')).toBe('1.234,56\u00a0€')
    expect(formatMoney(0, 'EUR', 'en-GB')).toBe('€0.00')
  })
})
