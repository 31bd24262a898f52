import { createRequire } from 'node:module'
import { messageOf, TerraceError } from '@terrace/kit'
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

/** How long to wait for another process's transaction, milliseconds. */
const BUSY_TIMEOUT_MILLISECONDS = 10_000

/** One file in WAL mode through better-sqlite3, which is loaded when it is used: MySQL deployments do without it. */
export function sqliteEngine(file: string, onStatement: ((sql: string) => void) | undefined): Engine {
  return {
    dialect: sqliteDialect,
    kysely: new ImmediateSqliteDialect({ database: async () => open(file, onStatement) }),
  }
}

const sqliteDialect: Dialect = {
  kind: 'sqlite',
  tableOptions: '',
  isDuplicate: error => ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'].includes(codeOf(error)),
  isConflict: error => codeOf(error).startsWith('SQLITE_BUSY'),
  isUnavailable: error =>
    ['SQLITE_CANTOPEN', 'SQLITE_IOERR', 'SQLITE_FULL'].some(code => codeOf(error).startsWith(code)),
  exclusively: <Tables>(db: Kysely<Tables>, work: (db: Kysely<Tables>) => Promise<void>) =>
    db.transaction().execute(work),
}

/**
 * Takes the write lock when a transaction begins. SQLite's default takes it at the first write, where it can't wait
 * for another writer and fails at once.
 */
class ImmediateSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig

  constructor(config: SqliteDialectConfig) {
    super(config)
    this.#config = config
  }

  override createDriver(): Driver {
    return new ImmediateSqliteDriver(this.#config)
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

interface OpenSqlite extends SqliteDatabase {
  pragma(source: string): unknown
}
type SqliteConstructor = new (file: string, options: { readonly timeout: number }) => OpenSqlite

function open(file: string, onStatement: ((sql: string) => void) | undefined): SqliteDatabase {
  const database = new (load())(file, { timeout: BUSY_TIMEOUT_MILLISECONDS })
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.pragma('foreign_keys = ON')
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
