import { createRequire } from 'node:module'
import { type Clock, messageOf, milliseconds, seconds, TerraceError } from '@terrace/kit'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type Kysely,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely'
import { codeOf, type Dialect, type Engine } from './dialect.ts'

/** How long to wait for another process's transaction. */
const BUSY_TIMEOUT = seconds(10)
/** While a file is opened and switched to WAL, SQLite does the waiting. */
const OPEN_TIMEOUT_MILLISECONDS = 10_000
/** Between two attempts to get the lock. */
const LONGEST_DELAY = milliseconds(20)

/** One file in WAL mode through better-sqlite3, which is loaded when it is used: MySQL deployments do without it. */
export function sqliteEngine(file: string, clock: Clock, onStatement: ((sql: string) => void) | undefined): Engine {
  return {
    dialect: sqliteDialect,
    kysely: new SharedSqliteDialect({ database: async () => open(file, onStatement) }, clock),
  }
}

const sqliteDialect: Dialect = {
  kind: 'sqlite',
  tableOptions: '',
  isDuplicate: error => ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'].includes(codeOf(error)),
  isConflict: error => isBusy(error),
  isUnavailable: error =>
    ['SQLITE_CANTOPEN', 'SQLITE_IOERR', 'SQLITE_FULL'].some(code => codeOf(error).startsWith(code)),
  exclusively: <Tables>(db: Kysely<Tables>, work: (db: Kysely<Tables>) => Promise<void>) =>
    db.transaction().execute(work),
}

/** Kysely's SQLite dialect with a driver that shares the file with other processes. */
class SharedSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig
  readonly #clock: Clock

  constructor(config: SqliteDialectConfig, clock: Clock) {
    super(config)
    this.#config = config
    this.#clock = clock
  }

  override createDriver(): Driver {
    return new SharedSqliteDriver(this.#config, this.#clock)
  }
}

/**
 * Waits for another process's transaction without stopping the event loop, as SQLite's own wait would; and takes the
 * write lock when a transaction begins: taken at the first write, where SQLite can't wait, it would fail at once.
 */
class SharedSqliteDriver extends SqliteDriver {
  readonly #clock: Clock
  #patient: DatabaseConnection | undefined

  constructor(config: SqliteDialectConfig, clock: Clock) {
    super(config)
    this.#clock = clock
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection()
    this.#patient ??= {
      executeQuery: query => this.#patiently(() => connection.executeQuery(query)),
      streamQuery: (query, size) => connection.streamQuery(query, size),
    }
    return this.#patient
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  async #patiently<Result>(run: () => Promise<Result>): Promise<Result> {
    const deadline = this.#clock.now() + BUSY_TIMEOUT
    for (let delay = milliseconds(1); ; delay = Math.min(delay * 2, LONGEST_DELAY)) {
      try {
        return await run()
      } catch (error) {
        if (!isBusy(error) || this.#clock.now() >= deadline) throw error
        await this.#clock.sleep(delay)
      }
    }
  }
}

const isBusy = (error: unknown): boolean => codeOf(error).startsWith('SQLITE_BUSY')

interface OpenSqlite extends SqliteDatabase {
  pragma(source: string): unknown
}
type SqliteConstructor = new (file: string, options: { readonly timeout: number }) => OpenSqlite

function open(file: string, onStatement: ((sql: string) => void) | undefined): SqliteDatabase {
  const database = new (load())(file, { timeout: OPEN_TIMEOUT_MILLISECONDS })
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.pragma('foreign_keys = ON')
  database.pragma('busy_timeout = 0')
  if (!onStatement) return database
  return {
    close: () => database.close(),
    prepare: sql => {
      onStatement(sql)
      return database.prepare(sql)
    },
  }
}

// By `require`, because only that also looks where NODE_PATH points when the bundle lies outside the project.
function load(): SqliteConstructor {
  try {
    return createRequire(import.meta.url)('better-sqlite3') as SqliteConstructor
  } catch (cause) {
    throw new TerraceError('SERVICE_NO_SQLITE', `SQLite can't be loaded: ${messageOf(cause)}`, {
      cause,
      hint: 'Install better-sqlite3 beside the application, or point DATABASE_URL or DATABASE_HOST at MySQL',
    })
  }
}
