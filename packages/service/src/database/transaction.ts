import { milliseconds } from '@terrace/kit'
import type { Transaction } from 'kysely'
import type { Database } from './connect.ts'

const ATTEMPTS = 5

/**
 * Runs `work` in a transaction, again from its beginning when it lost against another one (a deadlock, a lock that
 * couldn't be had). So `work` must do nothing but query; what it throws rolls everything back.
 */
export async function inTransaction<Tables, Result>(
  database: Database<Tables>,
  work: (transaction: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.db.transaction().execute(work)
    } catch (error) {
      if (attempt === ATTEMPTS || !database.dialect.isConflict(error)) throw error
      await database.clock.sleep(milliseconds(5 * 2 ** attempt))
    }
  }
}
