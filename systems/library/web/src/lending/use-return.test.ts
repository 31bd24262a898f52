import { describe, expect, it } from 'vitest'
import type { Book } from '../api/types.ts'
import { withReturned } from './use-return.ts'

const lent: Book = { id: 1, title: 'Dune', author: 'A', available: false, borrowed_by_id: 7, due_date: '2026-12-01' }
const other: Book = { ...lent, id: 2 }
const back: Book = { ...lent, available: true, borrowed_by_id: null, due_date: null }

describe('a book shown as back before the server has said so', () => {
  it('is available wherever it is shown as a book, and no other is (L-06)', () => {
    expect(withReturned(['book', 1], lent, 1)).toEqual(back)
    expect(withReturned(['book', 2], other, 1)).toEqual(other)
    expect(withReturned(['books', {}], { rows: [lent, other], total: 2 }, 1)).toEqual({ rows: [back, other], total: 2 })
  })

  it('leaves lists of loans as they are, where a refusal has to be said (L-06)', () => {
    const loans = [{ id: 9, book_id: 1 }]
    expect(withReturned(['openLoans'], loans, 1)).toBe(loans)
  })
})
