import { type ColumnDataType, type Kysely, sql } from 'kysely'
import type { Dialect } from './dialect.ts'

/**
 * Adds a column that may be null, as the last of its table. MySQL has no `add column if not exists`; this is it, for
 * migrations that run again after dying half-way.
 */
export async function addColumnIfMissing(
  db: Kysely<unknown>,
  { kind }: Dialect,
  column: { readonly table: string; readonly name: string; readonly type: ColumnDataType },
): Promise<void> {
  const { rows } =
    kind === 'sqlite'
      ? await sql`select 1 from pragma_table_info(${column.table}) where name = ${column.name}`.execute(db)
      : await sql`
          select 1 from information_schema.columns
          where table_schema = ${kind === 'mysql' ? sql`database()` : sql`current_schema()`}
            and table_name = ${column.table} and column_name = ${column.name}`.execute(db)
  if (rows.length === 0) await db.schema.alterTable(column.table).addColumn(column.name, column.type).execute()
}
