import type { Kysely, Dialect as KyselyDialect } from 'kysely'

/**
 * What differs between MySQL and SQLite, all of it. Queries and migrations are written once, in the part of SQL that
 * both understand.
 */
export interface Dialect {
  readonly kind: 'mysql' | 'sqlite'
  /** What goes after `create table … (…)`: text compares byte by byte, as SQLite's does. */
  readonly tableOptions: string
  /** A row with the same unique value is there. */
  isDuplicate(error: unknown): boolean
  /** The transaction lost against another one and may be run again from its beginning. */
  isConflict(error: unknown): boolean
  /** The database can't be reached, or not in time; the statement itself is not to blame. */
  isUnavailable(error: unknown): boolean
  /** Runs `work` while no other instance, in whatever process, runs its own. */
  exclusively<Tables>(db: Kysely<Tables>, work: (db: Kysely<Tables>) => Promise<void>): Promise<void>
}

/** A dialect with the driver that speaks it. */
export interface Engine {
  readonly dialect: Dialect
  readonly kysely: KyselyDialect
}

/** `ER_DUP_ENTRY`, `SQLITE_BUSY`, … */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
