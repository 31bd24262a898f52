import { Button } from '@terrace/ui'
import type { Book } from '../api/types.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'
import styles from './lending.module.css'
import { type LentBook, useReturn } from './use-return.ts'

export interface BookActionProps {
  readonly book: Book
  readonly onLend: (book: Book) => void
  readonly size?: 'small' | 'normal'
}

/**
 * What one can do with a book now: lend it, or take it back. A refusal is said right there; stands in a row of actions.
 */
export function BookAction({ book, onLend, size = 'small' }: BookActionProps) {
  const { giveBack, isPending, error } = useReturn(lentBookOf(book))
  return (
    <>
      {book.available && !isPending ? (
        <Button size={size} label={text.lendBookLabel(book.title)} onPress={() => onLend(book)}>
          {text.lendBook}
        </Button>
      ) : (
        <Button size={size} label={text.returnBookLabel(book.title)} isPending={isPending} onPress={giveBack}>
          {text.returnBook}
        </Button>
      )}
      {error && (
        <p role="alert" className={styles.problem}>
          {explain(error)}
        </p>
      )}
    </>
  )
}

/** The lending of a book, or undefined while it is available. */
export const lentBookOf = (book: Book): LentBook | undefined =>
  book.borrowed_by_id === null || book.due_date === null
    ? undefined
    : { bookId: book.id, title: book.title, memberId: book.borrowed_by_id, due: book.due_date }
