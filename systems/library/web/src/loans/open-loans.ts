import type { Sort } from '@terrace/ui'
import type { Loan } from '../api/types.ts'
import { fold } from '../lending/still-matching.ts'

export type OpenLoanSort = 'book' | 'member' | 'borrowed' | 'due'

const SORTED_BY: Readonly<Record<OpenLoanSort, (loan: Loan) => string>> = {
  book: loan => loan.book_title,
  member: loan => loan.user_name,
  borrowed: loan => loan.borrowed_at,
  due: loan => loan.due_date,
}

/** Loans whose book should be back. `today` is `YYYY-MM-DD`. */
export const overdueLoans = (loans: readonly Loan[], today: string): readonly Loan[] =>
  loans.filter(loan => loan.due_date < today)

/** The loans with that text in title or name, sorted; equal ones by due date. */
export function arrangeLoans(loans: readonly Loan[], q: string, sort: Sort<OpenLoanSort>): readonly Loan[] {
  const wanted = fold(q)
  const value = SORTED_BY[sort.column]
  const { compare } = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
  const found = loans
    .filter(loan => wanted === '' || fold(`${loan.book_title} ${loan.user_name}`).includes(wanted))
    .toSorted((a, b) => compare(value(a), value(b)) || compare(a.due_date, b.due_date))
  return sort.direction === 'descending' ? found.reverse() : found
}
