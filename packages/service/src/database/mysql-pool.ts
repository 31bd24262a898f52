import type { Clock, Duration } from '@terrace/kit'
import type { MysqlPool, MysqlPoolConnection } from 'kysely'
import type { Pool, PoolConnection } from 'mysql2'

export interface GuardedPoolOptions {
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
 * Puts time-outs around a mysql2 pool, and throws away connections that can't be trusted any more. A pool without
 * them hands out, for minutes, connections to a server that died silently or was demoted; with them, the first request
 * that meets such a connection fails and the next one gets a new one.
 */
export function guardPool(pool: Pool, options: GuardedPoolOptions): MysqlPool {
  const guarded = new WeakMap<PoolConnection, MysqlPoolConnection>()
  const guard = (connection: PoolConnection): MysqlPoolConnection => {
    let known = guarded.get(connection)
    if (!known) {
      known = guardConnection(connection, options)
      guarded.set(connection, known)
    }
    return known
  }
  return {
    getConnection(callback) {
      // Kysely takes an error or a connection; the type of its callback wants both.
      const answer = callback as (error: unknown, connection?: MysqlPoolConnection) => void
      let gaveUp = false
      const stop = options.clock.after(options.acquireTimeout, () => {
        gaveUp = true
        answer(new DatabaseBusy(options.acquireTimeout))
      })
      pool.getConnection((error, connection) => {
        if (gaveUp) return connection?.release()
        stop()
        if (error) answer(error)
        else answer(null, guard(connection))
      })
    },
    end: callback => pool.end(callback),
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

function guardConnection(connection: PoolConnection, options: GuardedPoolOptions): MysqlPoolConnection {
  let broken = false
  const discard = () => {
    if (broken) return
    broken = true
    connection.destroy()
  }
  const query = (sql: string, values: unknown[], callback?: (error: unknown, result: never) => void) => {
    options.onStatement?.(sql)
    let answered = false
    const answer = (error: unknown, result?: unknown) => {
      if (answered) return
      answered = true
      stop()
      if (error && options.isBroken(error)) discard()
      callback?.(error, result as never)
    }
    const stop = options.clock.after(options.queryTimeout, () => answer(new StatementTimeout(options.queryTimeout)))
    return connection.query(sql, values, answer)
  }
  return {
    config: connection.config,
    threadId: connection.threadId,
    connect: callback => connection.connect(error => callback?.(error)),
    destroy: discard,
    release: () => {
      if (!broken) connection.release()
    },
    query: (sql, values, callback) =>
      query(sql, values, callback) as unknown as ReturnType<MysqlPoolConnection['query']>,
  }
}
