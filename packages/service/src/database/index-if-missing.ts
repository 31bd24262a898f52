import { type Kysely, sql } from 'kysely'
import type { Dialect } from './dialect.ts'

/** MySQL has no `create index if not exists`; this is it, for migrations that run again after dying half-way. */
export async function createIndexIfMissing(
  db: Kysely<unknown>,
  dialect: Dialect,
  index: { readonly name: string; readonly table: string; readonly columns: readonly string[] },
): Promise<void> {
  if (dialect.kind === 'mysql') {
    const { rows } = await sql<{ name: string }>`
      select index_name as name from information_schema.statistics
      where table_schema = database() and table_name = ${index.table} and index_name = ${index.name}`.execute(db)
    if (rows.length > 0) return
  }
  const create = db.schema
    .createIndex(index.name)
    .on(index.table)
    .columns([...index.columns])
  await (dialect.kind === 'mysql' ? create : create.ifNotExists()).execute()
}
