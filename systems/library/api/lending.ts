import type { Instant } from '@terrace/kit'
import { conflict, notFound } from '@terrace/service'
import type { Transaction } from 'kysely'
import { bookById } from './data/books.ts'
import type { Tables } from './data/tables.ts'
import { dayOf, daysBetween, toSqlTime } from './dates.ts'
import type { Book } from './schemas/book.ts'
import type { LendingRules } from './settings.ts'

/** Who lends what to whom, and when. */
export interface Lending {
  readonly bookId: number
  readonly userId: number
  readonly now: Instant
}

// Both begin with the user's row and go on to the book's: transactions that lock in one order never deadlock. Nothing
// is read before it is written: each update carries its own condition, and none matched means refused.

/**
 * Lends a book, when it is available and the user is below the limit.
 *
 * @throws Problem 404 or 409, with nothing changed
 */
export async function borrow(db: Transaction<Tables>, lending: Lending, rules: LendingRules): Promise<Book> {
  const { bookId, userId, now } = lending
  const due_date = dayOf(now, rules.days)
  const user = await db
    .updateTable('users')
    .set(({ eb }) => ({ books_out: eb('books_out', '+', 1) }))
    .where('id', '=', userId)
    .where('books_out', '<', rules.limit)
    .executeTakeFirst()
  if (user.numUpdatedRows === 0n) {
    await mustHaveUser(db, userId)
    await mustHaveBook(db, bookId)
    throw conflict(`Borrowing limit reached: a user may have at most ${rules.limit} books`)
  }
  const book = await db
    .updateTable('books')
    .set({ borrowed_by_id: userId, due_date })
    .where('id', '=', bookId)
    .where('borrowed_by_id', 'is', null)
    .executeTakeFirst()
  if (book.numUpdatedRows === 0n) {
    await mustHaveBook(db, bookId)
    throw conflict('Book already borrowed')
  }
  const lent = await mustHaveBook(db, bookId)
  const { name } = await mustHaveUser(db, userId)
  const borrowed_at = toSqlTime(now)
  const loan = { book_id: bookId, book_title: lent.title, user_id: userId, user_name: name, borrowed_at, due_date }
  await db.insertInto('loans').values(loan).execute()
  return lent
}

/**
 * Takes a book back from the user who has it, and charges what is due.
 *
 * @throws Problem 404 or 409, with nothing changed
 */
export async function giveBack(db: Transaction<Tables>, lending: Lending, rules: LendingRules): Promise<Book> {
  const { bookId, userId, now } = lending
  const user = await db
    .updateTable('users')
    .set(({ eb }) => ({ books_out: eb('books_out', '-', 1) }))
    .where('id', '=', userId)
    .where('books_out', '>', 0)
    .executeTakeFirst()
  const loan =
    user.numUpdatedRows > 0n
      ? await db
          .selectFrom('loans')
          .select(['id', 'due_date'])
          .where('book_id', '=', bookId)
          .where('user_id', '=', userId)
          .where('returned_at', 'is', null)
          .executeTakeFirst()
      : undefined
  const book = await db
    .updateTable('books')
    .set({ borrowed_by_id: null, due_date: null })
    .where('id', '=', bookId)
    .where('borrowed_by_id', '=', userId)
    .executeTakeFirst()
  if (!loan || book.numUpdatedRows === 0n) {
    await mustHaveBook(db, bookId)
    await mustHaveUser(db, userId)
    throw conflict('Book not borrowed by this user')
  }
  const fine = Math.max(0, daysBetween(loan.due_date, dayOf(now))) * rules.finePerDay
  await db
    .updateTable('loans')
    .set({ returned_at: toSqlTime(now), fine })
    .where('id', '=', loan.id)
    .execute()
  if (fine > 0)
    await db
      .updateTable('users')
      .set(({ eb }) => ({ total_fines: eb('total_fines', '+', fine) }))
      .where('id', '=', userId)
      .execute()
  return mustHaveBook(db, bookId)
}

async function mustHaveBook(db: Transaction<Tables>, id: number): Promise<Book> {
  const book = await bookById(db, id)
  if (!book) throw notFound('Book not found')
  return book
}

async function mustHaveUser(db: Transaction<Tables>, id: number): Promise<{ readonly name: string }> {
  const user = await db.selectFrom('users').select('name').where('id', '=', id).executeTakeFirst()
  if (!user) throw notFound('User not found')
  return user
}
