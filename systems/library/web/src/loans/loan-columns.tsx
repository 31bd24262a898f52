import { type Column, DateText, formatNumber, InstantText, Link } from '@terrace/ui'
import type { Loan } from '../api/types.ts'
import { DueText } from '../lending/due-text.tsx'
import { ReturnAction } from '../lending/return-action.tsx'
import { text } from '../text.ts'

export type LoanColumn = 'book' | 'member' | 'borrowed' | 'due' | 'returned' | 'fine' | 'actions'

/** The columns that a list of loans wants, in its order. `today` is `YYYY-MM-DD`. */
export const loanColumns = (
  wanted: readonly LoanColumn[],
  today: string,
  sortable: readonly LoanColumn[] = [],
): readonly Column<Loan, LoanColumn>[] => {
  const columns = allColumns(today, wanted[0])
  return wanted.map(id => ({ ...columns[id], isSortable: sortable.includes(id) }))
}

const allColumns = (
  today: string,
  title: LoanColumn | undefined,
): Readonly<Record<LoanColumn, Column<Loan, LoanColumn>>> => ({
  book: {
    id: 'book',
    header: text.book,
    card: title === 'book' ? 'title' : 'line',
    cell: loan => (
      <Link href={`/books/${loan.book_id}`} look={title === 'book' ? 'title' : 'text'}>
        {loan.book_title}
      </Link>
    ),
  },
  member: {
    id: 'member',
    header: text.member,
    card: title === 'member' ? 'title' : 'line',
    cell: loan => (
      <Link href={`/members/${loan.user_id}`} look={title === 'member' ? 'title' : 'text'}>
        {loan.user_name}
      </Link>
    ),
  },
  borrowed: {
    id: 'borrowed',
    header: text.borrowedOn,
    width: '9rem',
    cell: loan => <InstantText instant={loan.borrowed_at} />,
  },
  due: {
    id: 'due',
    header: text.due,
    width: '9rem',
    cell: loan =>
      loan.returned_at === null ? <DueText due={loan.due_date} today={today} /> : <DateText date={loan.due_date} />,
  },
  returned: {
    id: 'returned',
    header: text.returnedOn,
    width: '9rem',
    cell: loan => (loan.returned_at === null ? text.stillOut : <InstantText instant={loan.returned_at} />),
  },
  fine: {
    id: 'fine',
    header: text.fine,
    width: '5rem',
    align: 'end',
    cell: loan => (loan.fine === 0 ? text.noFine : formatNumber(loan.fine)),
  },
  actions: {
    id: 'actions',
    header: text.actions,
    width: '10rem',
    card: 'actions',
    cell: loan => (
      <ReturnAction
        lent={{ bookId: loan.book_id, title: loan.book_title, memberId: loan.user_id, due: loan.due_date }}
      />
    ),
  },
})
