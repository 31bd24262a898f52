import type { Clock, Duration } from '@terrace/kit'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type { Pool, PoolClient, QueryResult } from 'pg'
import { codeOf } from './dialect.ts'

export interface GuardedPostgresOptions {
  readonly clock: Clock
  /** A statement that takes longer is given up, and its connection with it. */
  readonly queryTimeout: Duration
  /** How long to wait for a free connection. */
  readonly acquireTimeout: Duration
  readonly onStatement: ((sql: string) => void) | undefined
  /** Errors after which the connection is not used again. */
  isBroken(error: unknown): boolean
}

/**
 * Puts time-outs around a pg pool, and throws away connections that can't be trusted any more, as `guardPool` does for
 * MySQL. pg reports a lost connection in words alone: here it gets a code.
 */
export function guardPostgresPool(pool: Pool, options: GuardedPostgresOptions): PostgresPool {
  // A connection that dies idle is reported to the pool, which makes another; unheard, it would end the process.
  pool.on('error', () => {})
  const guarded = new WeakMap<PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    connect: async () => {
      const client = await acquire(pool, options)
      const known = guarded.get(client) ?? guardClient(client, options)
      guarded.set(client, known)
      return known
    },
    end: () => pool.end(),
  }
}

/** No connection became free in time. */
class DatabaseBusy extends Error {
  readonly code = 'DATABASE_BUSY'
  constructor(waited: Duration) {
    super(`no database connection became free within ${waited} ms`)
  }
}

/** A statement was not answered in time. */
class StatementTimeout extends Error {
  readonly code = 'DATABASE_TIMEOUT'
  constructor(waited: Duration) {
    super(`the database did not answer within ${waited} ms`)
  }
}

/** The connection ended before it answered. */
class ConnectionLost extends Error {
  readonly code = 'DATABASE_CONNECTION_LOST'
}

function acquire(pool: Pool, { clock, acquireTimeout }: GuardedPostgresOptions): Promise<PoolClient> {
  return new Promise((resolve, reject) => {
    let gaveUp = false
    const stop = clock.after(acquireTimeout, () => {
      gaveUp = true
      reject(new DatabaseBusy(acquireTimeout))
    })
    pool.connect().then(
      client => {
        if (gaveUp) return client.release()
        stop()
        resolve(client)
      },
      error => {
        stop()
        reject(coded(error))
      },
    )
  })
}

function guardClient(client: PoolClient, options: GuardedPostgresOptions): PostgresPoolClient {
  let isBroken = false
  // While it is lent, its end is reported to it and not to the pool.
  client.on('error', () => {
    isBroken = true
  })
  const query = async (sql: string, values: readonly unknown[]): Promise<unknown> => {
    if (isBroken) throw new ConnectionLost('the connection to the database is lost')
    options.onStatement?.(sql)
    let stop = () => {}
    const late = new Promise<never>((_, reject) => {
      stop = options.clock.after(options.queryTimeout, () => reject(new StatementTimeout(options.queryTimeout)))
    })
    const answer = client.query(sql, [...values])
    answer.catch(() => {})
    try {
      return joined(await Promise.race([answer, late]))
    } catch (error) {
      const known = coded(error)
      if (options.isBroken(known)) isBroken = true
      throw known
    } finally {
      stop()
    }
  }
  return {
    query: query as PostgresPoolClient['query'],
    release: destroy => client.release(destroy === true || isBroken),
  }
}

// Of several statements in one text pg gives a list of results, which Kysely doesn't expect: it gets all their rows.
function joined(result: QueryResult | readonly QueryResult[]): QueryResult {
  if (!isList(result)) return result
  const last = result.at(-1)
  if (!last) throw new Error('the database answered nothing')
  const rows = result.flatMap(one => one.rows)
  return { ...last, command: 'SELECT', rowCount: rows.length, rows }
}

const isList = (result: QueryResult | readonly QueryResult[]): result is readonly QueryResult[] => Array.isArray(result)

const LOST = /^Connection terminated|not queryable|^timeout exceeded|^Query read timeout|^Client was closed/

function coded(error: unknown): unknown {
  if (!(error instanceof Error) || codeOf(error) !== '' || !LOST.test(error.message)) return error
  return new ConnectionLost(error.message, { cause: error })
}
