import type { Kysely, Dialect as KyselyDialect } from 'kysely'

/**
 * What differs between the databases, all of it. What an application runs on several of them is written once, in the
 * part of SQL that they have in common.
 */
export interface Dialect {
  readonly kind: 'mysql' | 'postgres' | 'sqlite'
  /** What goes after `create table … (…)`: text compares byte by byte, as elsewhere it does anyway. */
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

/** `ER_DUP_ENTRY`, `SQLITE_BUSY`, `23505`, … */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
