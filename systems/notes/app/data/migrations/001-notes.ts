import { createIndexIfMissing, type Migration } from '@terrace/service'
import { type CreateTableBuilder, type Kysely, sql } from 'kysely'

/** Notes, their tags, the words they are found by, and what was removed. */
export const notes: Migration = {
  name: '001-notes',
  async up(db, dialect) {
    const options = sql.raw(dialect.tableOptions)
    await noteColumns(
      db.schema
        .createTable('notes')
        .ifNotExists()
        .addColumn('id', 'integer', column => column.primaryKey().autoIncrement()),
    )
      .modifyEnd(options)
      .execute()
    await noteColumns(
      db.schema
        .createTable('removed_notes')
        .ifNotExists()
        .addColumn('id', 'integer', column => column.primaryKey()),
    )
      .addColumn('removed_at', 'datetime(3)', column => column.notNull())
      .modifyEnd(options)
      .execute()
    await db.schema
      .createTable('note_tags')
      .ifNotExists()
      .addColumn('tag', 'varchar(32)', column => column.notNull())
      .addColumn('note_id', 'integer', column => column.notNull())
      .addColumn('done', sql`tinyint`, column => column.notNull())
      .addPrimaryKeyConstraint('note_tags_key', ['tag', 'note_id'])
      .modifyEnd(options)
      .execute()
    await db.schema
      .createTable('note_words')
      .ifNotExists()
      .addColumn('note_id', 'integer', column => column.primaryKey())
      .addColumn('words', sql`mediumtext`, column => column.notNull())
      .modifyEnd(options)
      .execute()
    for (const index of INDEXES) await createIndexIfMissing(db, dialect, index)
    await createFulltextIndexIfMissing(db)
  },
}

const INDEXES = [
  { name: 'notes_done', table: 'notes', columns: ['done', 'id'] },
  { name: 'removed_notes_at', table: 'removed_notes', columns: ['removed_at'] },
  { name: 'note_tags_done', table: 'note_tags', columns: ['tag', 'done', 'note_id'] },
  { name: 'note_tags_note', table: 'note_tags', columns: ['note_id'] },
] as const

const noteColumns = <Name extends string, Columns extends string>(table: CreateTableBuilder<Name, Columns>) =>
  table
    .addColumn('title', 'varchar(64)', column => column.notNull())
    .addColumn('description', 'text', column => column.notNull())
    .addColumn('tags', 'varchar(400)', column => column.notNull())
    .addColumn('done', sql`tinyint`, column => column.notNull().defaultTo(0))
    .addColumn('version', 'integer', column => column.notNull().defaultTo(1))
    .addColumn('created_at', 'datetime(3)', column => column.notNull())
    .addColumn('updated_at', 'datetime(3)', column => column.notNull())

async function createFulltextIndexIfMissing(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select index_name as name from information_schema.statistics
    where table_schema = database() and table_name = 'note_words' and index_name = 'note_words_words'`.execute(db)
  if (rows.length === 0) await sql`create fulltext index note_words_words on note_words (words)`.execute(db)
}
