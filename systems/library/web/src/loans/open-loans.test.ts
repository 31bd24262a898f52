import { describe, expect, it } from 'vitest'
import type { Loan } from '../api/types.ts'
import { arrangeLoans, overdueLoans } from './open-loans.ts'

const loan = (id: number, title: string, name: string, due: string): Loan => ({
  id,
  book_id: id,
  book_title: title,
  user_id: id,
  user_name: name,
  borrowed_at: `${due}T10:00:00Z`,
  due_date: due,
  returned_at: null,
  fine: 0,
})

const loans = [
  loan(1, 'Émile', 'Person B', '2026-11-30'),
  loan(2, 'Volume 10', 'Person A', '2026-11-20'),
  loan(3, 'Volume 9', 'Person A', '2026-11-22'),
]

const ids = (found: readonly Loan[]) => found.map(({ id }) => id)

describe('open loans', () => {
  it('are overdue from the day after the due date on (L-06)', () => {
    expect(ids(overdueLoans(loans, '2026-11-22'))).toEqual([2])
  })

  it('are found by title or name, whatever the case and the accents (L-06)', () => {
    const sort = { column: 'due', direction: 'ascending' } as const
    expect(ids(arrangeLoans(loans, 'emile', sort))).toEqual([1])
    expect(ids(arrangeLoans(loans, ' PERSON a ', sort))).toEqual([2, 3])
  })

  it('are sorted as a person would, either way (L-06)', () => {
    expect(ids(arrangeLoans(loans, '', { column: 'book', direction: 'ascending' }))).toEqual([1, 3, 2])
    expect(ids(arrangeLoans(loans, '', { column: 'due', direction: 'descending' }))).toEqual([1, 3, 2])
  })
})
