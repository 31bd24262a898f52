import { type Clock, type Duration, seconds } from '@terrace/kit'
import { Kysely, type LogEvent, sql } from 'kysely'
import type { DatabaseConfig } from '../config/database-config.ts'
import type { Dialect, Engine } from './dialect.ts'
import { mysqlEngine } from './mysql.ts'
import { postgresEngine } from './postgres.ts'
import { sqliteEngine } from './sqlite.ts'

/** A database that an application queries. Connections are made when needed, and again when they were lost. */
export interface Database<Tables> {
  readonly db: Kysely<Tables>
  readonly dialect: Dialect
  readonly clock: Clock
  /** Rejects when the database doesn't answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

export interface ConnectOptions {
  /**
   * Most connections at once. 10 by default: three instances of an application then take 30 of the roughly 60 that a
   * `db.t3.micro` allows, and during a replacement twice as many fit.
   */
  readonly poolSize: number
  /** 10 s by default. */
  readonly queryTimeout: Duration
  /** 5 s by default. */
  readonly acquireTimeout: Duration
  /** Sees every statement before it runs; for tests. */
  readonly onStatement?: (sql: string) => void
  /** Sees every statement after it ran, with how long it took. */
  readonly onQuery?: (event: LogEvent) => void
}

const DEFAULTS: ConnectOptions = { poolSize: 10, queryTimeout: seconds(10), acquireTimeout: seconds(5) }

/** Never fails: whether the database is there shows with the first query. */
export function connect<Tables>(
  config: DatabaseConfig,
  clock: Clock,
  options: Partial<ConnectOptions> = {},
): Database<Tables> {
  const all = { ...DEFAULTS, ...options }
  const engine = engineOf(config, clock, all)
  const db = new Kysely<Tables>({ dialect: engine.kysely, ...(options.onQuery && { log: options.onQuery }) })
  return {
    db,
    dialect: engine.dialect,
    clock,
    async ping() {
      await sql`select 1 as one`.execute(db)
    },
    close: () => db.destroy(),
  }
}

function engineOf(config: DatabaseConfig, clock: Clock, options: ConnectOptions): Engine {
  switch (config.kind) {
    case 'mysql':
      return mysqlEngine(config, clock, options)
    case 'postgres':
      return postgresEngine(config, clock, options)
    case 'sqlite':
      return sqliteEngine(config.file, clock, options.onStatement)
  }
}
