import { createIndexIfMissing, type Migration } from '@terrace/service'
import { sql } from 'kysely'

/** Users, books, and the history of loans. */
export const booksUsersLoans: Migration = {
  name: '001-books-users-loans',
  async up(db, dialect) {
    const options = sql.raw(dialect.tableOptions)
    await db.schema
      .createTable('users')
      .ifNotExists()
      .addColumn('id', 'integer', column => column.primaryKey().autoIncrement())
      .addColumn('name', 'varchar(255)', column => column.notNull())
      .addColumn('name_key', 'varchar(768)', column => column.notNull().unique())
      .addColumn('search_key', 'varchar(255)', column => column.notNull())
      .addColumn('total_fines', 'integer', column => column.notNull().defaultTo(0))
      .addColumn('books_out', 'integer', column => column.notNull().defaultTo(0))
      .modifyEnd(options)
      .execute()
    await db.schema
      .createTable('books')
      .ifNotExists()
      .addColumn('id', 'integer', column => column.primaryKey().autoIncrement())
      .addColumn('title', 'varchar(255)', column => column.notNull())
      .addColumn('author', 'varchar(255)', column => column.notNull())
      .addColumn('title_key', 'varchar(255)', column => column.notNull())
      .addColumn('author_key', 'varchar(255)', column => column.notNull())
      .addColumn('borrowed_by_id', 'integer')
      .addColumn('due_date', 'date')
      .addForeignKeyConstraint('books_borrowed_by', ['borrowed_by_id'], 'users', ['id'])
      .modifyEnd(options)
      .execute()
    await db.schema
      .createTable('loans')
      .ifNotExists()
      .addColumn('id', 'integer', column => column.primaryKey().autoIncrement())
      .addColumn('book_id', 'integer', column => column.notNull())
      .addColumn('book_title', 'varchar(255)', column => column.notNull())
      .addColumn('user_id', 'integer', column => column.notNull())
      .addColumn('user_name', 'varchar(255)', column => column.notNull())
      .addColumn('borrowed_at', 'datetime(3)', column => column.notNull())
      .addColumn('due_date', 'date', column => column.notNull())
      .addColumn('returned_at', 'datetime(3)')
      .addColumn('fine', 'integer', column => column.notNull().defaultTo(0))
      .modifyEnd(options)
      .execute()
    for (const [table, column] of INDEXES)
      await createIndexIfMissing(db, dialect, { name: `${table}_${column}`, table, columns: [column] })
  },
}

const INDEXES = [
  ['books', 'borrowed_by_id'],
  ['books', 'title_key'],
  ['loans', 'book_id'],
  ['loans', 'user_id'],
] as const
