import { Badge, Button, type Column, formatNumber, Link, RowActions } from '@terrace/ui'
import type { Member } from '../api/types.ts'
import { text } from '../text.ts'
import { MemberMenu } from './member-menu.tsx'
import styles from './members.module.css'

export type MemberColumn = 'name' | 'books' | 'total_fines' | 'actions'

export interface MemberColumnsOptions {
  /** `YYYY-MM-DD` */
  readonly today: string
  readonly onLend: (member: Member) => void
  readonly onRename: (member: Member) => void
  readonly onRemove: (member: Member) => void
}

/** The columns of the list of members. */
export const memberColumns = (options: MemberColumnsOptions): readonly Column<Member, MemberColumn>[] => [
  {
    id: 'name',
    header: text.name,
    isSortable: true,
    card: 'title',
    cell: member => (
      <Link href={`/members/${member.id}`} look="title">
        {member.name}
      </Link>
    ),
  },
  {
    id: 'books',
    header: text.booksLent,
    width: '42%',
    cell: member => <BooksOf member={member} today={options.today} />,
  },
  {
    id: 'total_fines',
    header: text.fines,
    width: '6rem',
    align: 'end',
    isSortable: true,
    cell: member => formatNumber(member.total_fines),
  },
  {
    id: 'actions',
    header: text.actions,
    width: '12rem',
    card: 'actions',
    cell: member => (
      <RowActions>
        <Button size="small" label={text.lendTo(member.name)} onPress={() => options.onLend(member)}>
          {text.lendABook}
        </Button>
        <MemberMenu member={member} onRename={options.onRename} onRemove={options.onRemove} />
      </RowActions>
    ),
  },
]

function BooksOf({ member, today }: { readonly member: Member; readonly today: string }) {
  if (member.borrowed_books.length === 0) return <span className={styles.none}>{text.noneLent}</span>
  return (
    <ul className={styles.books}>
      {member.borrowed_books.map(book => (
        <li key={book.id}>
          <Link href={`/books/${book.id}`}>{book.title}</Link>
          {book.due_date !== null && book.due_date < today && <Badge state="bad">{text.overdue}</Badge>}
        </li>
      ))}
    </ul>
  )
}
