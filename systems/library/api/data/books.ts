import { MAX_PAGE } from '@terrace/service'
import { type CompiledQuery, type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { Book, BookChange, BookQuery, NewBook } from '../schemas/book.ts'
import { containing, searchKey } from './keys.ts'
import { direction } from './order.ts'
import type { Tables } from './tables.ts'

const COLUMNS = ['id', 'title', 'author', 'borrowed_by_id', 'due_date'] as const

type BookRow = Pick<Book, (typeof COLUMNS)[number]>

const SORT_COLUMNS = { id: 'id', title: 'title_key', author: 'author_key', due_date: 'due_date' } as const

/** The statement behind `GET /books/` without a query, made once: it is asked far more often than all others. */
export const compileAllBooks = (db: Kysely<Tables>): CompiledQuery<BookRow> =>
  db.selectFrom('books').select(COLUMNS).orderBy('id').limit(sql.lit(MAX_PAGE)).compile()

export async function allBooks(db: Kysely<Tables>, compiled: CompiledQuery<BookRow>): Promise<Book[]> {
  const { rows } = await db.executeQuery(compiled)
  return rows.map(toBook)
}

export async function findBooks(db: Kysely<Tables>, query: BookQuery): Promise<Book[]> {
  const [column, order] = direction<keyof typeof SORT_COLUMNS>(query.sort)
  const rows = await matching(db.selectFrom('books'), query)
    .select(COLUMNS)
    .orderBy(SORT_COLUMNS[column], order)
    .orderBy('id')
    .limit(query.limit)
    .offset(query.offset)
    .execute()
  return rows.map(toBook)
}

export async function countBooks(db: Kysely<Tables>, query: Pick<BookQuery, 'q' | 'available'>): Promise<number> {
  const row = await matching(db.selectFrom('books'), query)
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return Number(row.total)
}

export async function bookById(db: Kysely<Tables>, id: number): Promise<Book | undefined> {
  const row = await db.selectFrom('books').select(COLUMNS).where('id', '=', id).executeTakeFirst()
  return row && toBook(row)
}

/** The books that these users have, by user. */
export async function booksOf(db: Kysely<Tables>, userIds: readonly number[]): Promise<ReadonlyMap<number, Book[]>> {
  if (userIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('books')
    .select(COLUMNS)
    .where('borrowed_by_id', 'in', [...userIds])
    .orderBy('id')
    .execute()
  return Map.groupBy(rows.map(toBook), book => book.borrowed_by_id ?? 0)
}

export async function insertBook(db: Kysely<Tables>, { title, author }: NewBook): Promise<Book> {
  const values = { title, author, title_key: searchKey(title), author_key: searchKey(author) }
  const { insertId } = await db.insertInto('books').values(values).executeTakeFirstOrThrow()
  return { id: Number(insertId), title, author, available: true, borrowed_by_id: null, due_date: null }
}

/** @returns false when there is no such book */
export async function updateBook(db: Kysely<Tables>, id: number, { title, author }: BookChange): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('books')
    .set({
      ...(title === undefined ? {} : { title, title_key: searchKey(title) }),
      ...(author === undefined ? {} : { author, author_key: searchKey(author) }),
    })
    .where('id', '=', id)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** @returns false when there is no such book that is available */
export async function deleteAvailableBook(db: Kysely<Tables>, id: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('books')
    .where('id', '=', id)
    .where('borrowed_by_id', 'is', null)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

function matching<Output>(
  books: SelectQueryBuilder<Tables, 'books', Output>,
  { q, available }: Pick<BookQuery, 'q' | 'available'>,
): SelectQueryBuilder<Tables, 'books', Output> {
  let query = books
  if (available !== undefined) query = query.where('borrowed_by_id', available ? 'is' : 'is not', null)
  if (!q?.trim()) return query
  const pattern = containing(q.trim())
  return query.where(({ or }) =>
    or([sql<boolean>`title_key like ${pattern} escape '!'`, sql<boolean>`author_key like ${pattern} escape '!'`]),
  )
}

const toBook = ({ id, title, author, borrowed_by_id, due_date }: BookRow): Book => ({
  id,
  title,
  author,
  available: borrowed_by_id === null,
  borrowed_by_id,
  due_date,
})
