import {
  type Clock,
  type Duration,
  type Logger,
  messageOf,
  milliseconds,
  minutes,
  type Random,
  seconds,
} from '@terrace/kit'
import type { DatabaseConfig } from '../config/database-config.ts'
import { connect, type Database } from './connect.ts'
import { type Migration, migrate } from './migrate.ts'

const FIRST_DELAY = milliseconds(100)
const LONGEST_DELAY = seconds(5)
/** Longer than the wait for the migration lock, and than a change of a large table. */
const STATEMENT_TIMEOUT = minutes(30)

export interface PrepareOptions {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Gives up waiting. */
  readonly signal: AbortSignal
  readonly onStatement?: (sql: string) => void
}

/**
 * Waits until the database is there, for as long as it takes, and brings its schema up to date.
 *
 * @throws TerraceError `SERVICE_MIGRATION_FAILED`; the signal's reason
 */
export async function prepareDatabase<Tables>(
  config: DatabaseConfig,
  migrations: readonly Migration[],
  options: PrepareOptions,
): Promise<void> {
  const { clock, random, log, signal, onStatement } = options
  for (let delay: Duration = FIRST_DELAY; ; delay = Math.min(delay * 2, LONGEST_DELAY)) {
    const database = connect<Tables>(config, clock, {
      poolSize: 1,
      queryTimeout: STATEMENT_TIMEOUT,
      ...(onStatement ? { onStatement } : {}),
    })
    try {
      const reached = await reach(database)
      if (reached === true) {
        const ran = await migrate(database, migrations)
        log.info('the schema is up to date', { ran })
        return
      }
      log.warn('the database is not there yet', { error: messageOf(reached), retryMs: delay })
    } catch (error) {
      if (!database.dialect.isUnavailable(error)) throw error
      log.warn('the database went away during the migrations', { error: messageOf(error), retryMs: delay })
    } finally {
      await database.close().catch(() => {})
    }
    // Instances that were started together don't come back together.
    await clock.sleep(delay * (0.5 + random.next() / 2), signal)
  }
}

// Whatever keeps us out may pass: a server that starts, a database or a password that is about to be made.
async function reach<Tables>(database: Database<Tables>): Promise<true | unknown> {
  try {
    await database.ping()
    return true
  } catch (error) {
    return error
  }
}
