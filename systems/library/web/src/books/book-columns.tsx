import { type Column, Link, RowActions } from '@terrace/ui'
import type { Book } from '../api/types.ts'
import { BookAction } from '../lending/book-action.tsx'
import { BookStatus } from '../lending/book-status.tsx'
import { DueText } from '../lending/due-text.tsx'
import { text } from '../text.ts'
import { BookMenu } from './book-menu.tsx'

export type BookColumn = 'title' | 'author' | 'status' | 'due_date' | 'borrower' | 'actions'

export interface BookColumnsOptions {
  /** `YYYY-MM-DD` */
  readonly today: string
  readonly names: Readonly<Record<number, string>>
  readonly onLend: (book: Book) => void
  readonly onEdit: (book: Book) => void
  readonly onRemove: (book: Book) => void
}

/** The columns of the list of books. */
export function bookColumns(options: BookColumnsOptions): readonly Column<Book, BookColumn>[] {
  const { today, names, onLend, onEdit, onRemove } = options
  return [
    {
      id: 'title',
      header: text.title,
      isSortable: true,
      card: 'title',
      cell: book => (
        <Link href={`/books/${book.id}`} look="title">
          {book.title}
        </Link>
      ),
    },
    { id: 'author', header: text.author, width: '18%', isSortable: true, cell: book => book.author },
    {
      id: 'status',
      header: text.status,
      width: '8.25rem',
      card: 'corner',
      cell: book => <BookStatus due={book.due_date} today={today} />,
    },
    {
      id: 'due_date',
      header: text.due,
      width: '8.5rem',
      isSortable: true,
      cell: book => (book.due_date === null ? null : <DueText due={book.due_date} today={today} />),
    },
    {
      id: 'borrower',
      header: text.lentTo,
      width: '13%',
      cell: ({ borrowed_by_id: id }) =>
        id === null ? null : <Link href={`/members/${id}`}>{names[id] ?? text.memberNumber(id)}</Link>,
    },
    {
      id: 'actions',
      header: text.actions,
      width: '12rem',
      card: 'actions',
      cell: book => (
        <RowActions>
          <BookAction book={book} onLend={onLend} />
          <BookMenu book={book} onEdit={onEdit} onRemove={onRemove} />
        </RowActions>
      ),
    },
  ]
}
