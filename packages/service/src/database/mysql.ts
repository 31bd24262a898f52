import type { Clock } from '@terrace/kit'
import { type Kysely, MysqlDialect, sql } from 'kysely'
import type { PoolOptions } from 'mysql2'
import type { DatabaseConfig } from '../config/database-config.ts'
import type { ConnectOptions } from './connect.ts'
import { codeOf, type Dialect, type Engine } from './dialect.ts'
import { type GuardedPoolOptions, guardPool } from './mysql-pool.ts'

type MysqlConfig = Extract<DatabaseConfig, { kind: 'mysql' }>

/** How long a new connection may take, milliseconds; a dropped packet is silence. */
const CONNECT_TIMEOUT_MILLISECONDS = 5_000
/** How long instances wait for the one that migrates, seconds. */
const LOCK_TIMEOUT_SECONDS = 600

const UNAVAILABLE = new Set([
  'DATABASE_BUSY',
  'PROTOCOL_CONNECTION_LOST',
  'DATABASE_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_NORMAL_SHUTDOWN',
  'ER_CONNECTION_KILLED',
  // A primary that has just become a standby.
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_READ_ONLY_MODE',
])

/** MySQL 8 (and MariaDB) through mysql2, loaded when it is used. */
export function mysqlEngine(config: MysqlConfig, clock: Clock, options: ConnectOptions): Engine {
  const guard: GuardedPoolOptions = {
    clock,
    queryTimeout: options.queryTimeout,
    acquireTimeout: options.acquireTimeout,
    onStatement: options.onStatement,
    isBroken: isUnavailable,
  }
  return {
    dialect: mysqlDialect,
    kysely: new MysqlDialect({
      pool: async () => {
        const { createPool } = await import('mysql2')
        return guardPool(createPool(poolOptions(config, options.poolSize)), guard)
      },
    }),
  }
}

// mysql2 calls fatal what ends a connection, whatever its code.
const isUnavailable = (error: unknown): boolean =>
  UNAVAILABLE.has(codeOf(error)) || (error as { fatal?: boolean })?.fatal === true

const mysqlDialect: Dialect = {
  kind: 'mysql',
  tableOptions: 'engine=InnoDB default charset=utf8mb4 collate=utf8mb4_bin',
  isDuplicate: error => codeOf(error) === 'ER_DUP_ENTRY',
  isConflict: error => ['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT'].includes(codeOf(error)),
  isUnavailable,
  exclusively: underNamedLock,
}

// A named lock belongs to its connection: the server lets go of it when the holder dies.
async function underNamedLock<Tables>(db: Kysely<Tables>, work: (db: Kysely<Tables>) => Promise<void>): Promise<void> {
  await db.connection().execute(async connection => {
    const name = sql`concat(database(), '.migrations')`
    const { rows } = await sql<{ locked: number | null }>`
      select get_lock(${name}, ${sql.lit(LOCK_TIMEOUT_SECONDS)}) as locked`.execute(connection)
    if (rows[0]?.locked !== 1)
      throw new Error(`another instance has held the migration lock for ${LOCK_TIMEOUT_SECONDS} s`)
    try {
      await work(connection)
    } finally {
      await sql`select release_lock(${name})`.execute(connection)
    }
  })
}

const poolOptions = (config: MysqlConfig, connectionLimit: number): PoolOptions => ({
  ...config.address,
  user: config.user,
  password: config.password,
  database: config.database,
  connectionLimit,
  connectTimeout: CONNECT_TIMEOUT_MILLISECONDS,
  charset: 'utf8mb4',
  // Dates stay the text that the database has: no time zone gets a chance.
  dateStrings: true,
  timezone: 'Z',
  ...(config.tls ? { ssl: 'Amazon RDS' } : {}),
})
