import { type Duration, milliseconds } from '@terrace/kit'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Database } from './connect.ts'

const ATTEMPTS = 5

export interface TransactionOptions {
  /** `read committed` locks no gaps: for queues that others add to meanwhile. Default: the server's own. */
  readonly isolation?: 'read committed'
  /**
   * The server ends the transaction when nothing was heard for so long: a process that is frozen half-way, with its
   * machine or its zone, must not keep rows locked for hours. Whole seconds; MySQL alone (PostgreSQL: always 30 s).
   */
  readonly silence?: Duration
}

/**
 * Runs `work` in a transaction, again from its beginning when it lost against another one (a deadlock, a lock that
 * couldn't be had). So `work` must do nothing but query, or nothing that mustn't be done twice; what it throws rolls
 * everything back.
 */
export async function inTransaction<Tables, Result>(
  database: Database<Tables>,
  work: (transaction: Transaction<Tables>) => Promise<Result>,
  options: TransactionOptions = {},
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce(database, work, options)
    } catch (error) {
      if (attempt === ATTEMPTS || !database.dialect.isConflict(error)) throw error
      await database.clock.sleep(milliseconds(5 * 2 ** attempt))
    }
  }
}

async function attemptOnce<Tables, Result>(
  { db, dialect }: Database<Tables>,
  work: (transaction: Transaction<Tables>) => Promise<Result>,
  { isolation, silence }: TransactionOptions,
): Promise<Result> {
  const begin = (on: Kysely<Tables>) =>
    isolation && dialect.kind === 'mysql' ? on.transaction().setIsolationLevel(isolation) : on.transaction()
  if (silence === undefined || dialect.kind !== 'mysql') return begin(db).execute(work)
  return db.connection().execute(async connection => {
    // Who waits for the locks of a frozen process must not wait longer than that process may be silent.
    const limit = sql.lit(Math.ceil(silence / 1000))
    await sql`set session wait_timeout = ${limit}, innodb_lock_wait_timeout = ${limit}`.execute(connection)
    const result = await begin(connection).execute(work)
    // Back in the pool, it may be idle for long.
    await sql`set session wait_timeout = default, innodb_lock_wait_timeout = default`.execute(connection)
    return result
  })
}
