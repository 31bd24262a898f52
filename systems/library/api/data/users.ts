import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { User, UserQuery } from '../schemas/user.ts'
import { booksOf } from './books.ts'
import { containing, searchKey, uniqueKey } from './keys.ts'
import { direction } from './order.ts'
import type { Tables } from './tables.ts'

const COLUMNS = ['id', 'name', 'total_fines'] as const

const SORT_COLUMNS = { id: 'id', name: 'search_key', total_fines: 'total_fines' } as const

export async function findUsers(db: Kysely<Tables>, query: UserQuery): Promise<User[]> {
  const [column, order] = direction<keyof typeof SORT_COLUMNS>(query.sort)
  const rows = await matching(db.selectFrom('users'), query)
    .select(COLUMNS)
    .orderBy(SORT_COLUMNS[column], order)
    .orderBy('id')
    .limit(query.limit)
    .offset(query.offset)
    .execute()
  return withBooks(db, rows)
}

export async function countUsers(db: Kysely<Tables>, query: Pick<UserQuery, 'q'>): Promise<number> {
  const row = await matching(db.selectFrom('users'), query)
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return Number(row.total)
}

export async function userById(db: Kysely<Tables>, id: number): Promise<User | undefined> {
  const rows = await db.selectFrom('users').select(COLUMNS).where('id', '=', id).execute()
  const [user] = await withBooks(db, rows)
  return user
}

/** @throws the database's duplicate error when another user has the name */
export async function insertUser(db: Kysely<Tables>, name: string): Promise<User> {
  const { insertId } = await db.insertInto('users').values(nameColumns(name)).executeTakeFirstOrThrow()
  return { id: Number(insertId), name, total_fines: 0, borrowed_books: [] }
}

/**
 * @returns false when there is no such user
 * @throws the database's duplicate error when another user has the name
 */
export async function renameUser(db: Kysely<Tables>, id: number, name: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('users')
    .set(nameColumns(name))
    .where('id', '=', id)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** @returns false when there is no such user without books */
export async function deleteUserWithoutBooks(db: Kysely<Tables>, id: number): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('users')
    .where('id', '=', id)
    .where('books_out', '=', 0)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

const nameColumns = (name: string) => ({ name, name_key: uniqueKey(name), search_key: searchKey(name) })

async function withBooks(db: Kysely<Tables>, rows: readonly Omit<User, 'borrowed_books'>[]): Promise<User[]> {
  const books = await booksOf(
    db,
    rows.map(row => row.id),
  )
  return rows.map(row => ({ ...row, borrowed_books: books.get(row.id) ?? [] }))
}

function matching<Output>(
  users: SelectQueryBuilder<Tables, 'users', Output>,
  { q }: Pick<UserQuery, 'q'>,
): SelectQueryBuilder<Tables, 'users', Output> {
  if (!q?.trim()) return users
  return users.where(sql<boolean>`search_key like ${containing(q.trim())} escape '!'`)
}
