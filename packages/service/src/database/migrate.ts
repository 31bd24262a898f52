import { messageOf, TerraceError } from '@terrace/kit'
import { type Kysely, sql } from 'kysely'
import type { Database } from './connect.ts'
import type { Dialect } from './dialect.ts'

/**
 * One step of the schema. MySQL commits every `create` and `alter` at once, so an instance that dies half-way leaves
 * a part behind, and the next one runs the whole step again: write steps that can be repeated (`if not exists`).
 */
export interface Migration {
  /** Sorts after all earlier ones: `001-books-users-loans`. Never changed once it was released. */
  readonly name: string
  up(db: Kysely<unknown>, dialect: Dialect): Promise<void>
}

interface MigrationTable {
  readonly schema_migrations: { readonly name: string; readonly applied_at: string }
}

/**
 * Brings the schema up to date under a lock, so that each step runs once however many instances start at the same
 * moment. Steps that the database has and we don't know are left alone: they are a newer version's.
 *
 * @returns the names of the steps that this call ran
 * @throws TerraceError `SERVICE_MIGRATION_FAILED`; the database's own error when it can't be reached
 */
export async function migrate<Tables>(
  database: Database<Tables>,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const ran: string[] = []
  await database.dialect.exclusively(database.db, async connection => {
    const db = connection as unknown as Kysely<MigrationTable>
    await db.schema
      .createTable('schema_migrations')
      .ifNotExists()
      .addColumn('name', 'varchar(190)', column => column.primaryKey())
      .addColumn('applied_at', 'varchar(30)', column => column.notNull())
      .modifyEnd(sql.raw(database.dialect.tableOptions))
      .execute()
    const applied = await db.selectFrom('schema_migrations').select('name').execute()
    const done = new Set(applied.map(row => row.name))
    for (const migration of migrations) {
      if (done.has(migration.name)) continue
      await run(migration, db, database)
      const applied_at = new Date(database.clock.now()).toISOString()
      await db.insertInto('schema_migrations').values({ name: migration.name, applied_at }).execute()
      ran.push(migration.name)
    }
  })
  return ran
}

async function run<Tables>(
  migration: Migration,
  db: Kysely<MigrationTable>,
  { dialect }: Database<Tables>,
): Promise<void> {
  try {
    await migration.up(db as unknown as Kysely<unknown>, dialect)
  } catch (cause) {
    if (dialect.isUnavailable(cause)) throw cause
    throw new TerraceError('SERVICE_MIGRATION_FAILED', `migration ${migration.name} failed: ${messageOf(cause)}`, {
      blame: 'internal',
      cause,
      hint: 'The application does not start before the schema is up to date; mend the migration or the database',
    })
  }
}
