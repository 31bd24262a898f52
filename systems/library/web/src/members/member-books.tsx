import { type Column, DataTable, EmptyState, Link, Part } from '@terrace/ui'
import { useMemo } from 'react'
import type { Book, Member } from '../api/types.ts'
import { useToday } from '../frame/use-today.ts'
import { lentBookOf } from '../lending/book-action.tsx'
import { BookStatus } from '../lending/book-status.tsx'
import { DueText } from '../lending/due-text.tsx'
import { ReturnAction } from '../lending/return-action.tsx'
import { text } from '../text.ts'

/** The books that a member has now, to be taken back. */
export function MemberBooks({ member }: { readonly member: Member }) {
  const today = useToday()
  const columns = useMemo(() => columnsFor(today), [today])
  return (
    <Part title={text.booksLent}>
      {member.borrowed_books.length === 0 ? (
        <EmptyState icon="book" title={text.hasNoBooks}>
          {text.hasNoBooksText(member.name)}
        </EmptyState>
      ) : (
        <DataTable label={text.booksLent} columns={columns} rows={member.borrowed_books} rowKey={book => book.id} />
      )}
    </Part>
  )
}

const columnsFor = (today: string): readonly Column<Book>[] => [
  {
    id: 'title',
    header: text.title,
    card: 'title',
    cell: book => (
      <Link href={`/books/${book.id}`} look="title">
        {book.title}
      </Link>
    ),
  },
  { id: 'author', header: text.author, width: '25%', cell: book => book.author },
  {
    id: 'status',
    header: text.status,
    width: '8.25rem',
    card: 'corner',
    cell: book => <BookStatus due={book.due_date} today={today} />,
  },
  {
    id: 'due',
    header: text.due,
    width: '9rem',
    cell: book => (book.due_date === null ? null : <DueText due={book.due_date} today={today} />),
  },
  {
    id: 'actions',
    header: text.actions,
    width: '10rem',
    card: 'actions',
    cell: book => {
      const lent = lentBookOf(book)
      return lent ? <ReturnAction lent={lent} /> : null
    },
  },
]
