import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Mariadb, mariadbMissing, startMariadb } from './mariadb.ts'
import { postgresMissing, startPostgres } from './postgres.ts'

/** A kind of database that tests run on, started once for a test file. */
export interface TestDatabases {
  /** An empty database's `DATABASE_URL`. */
  create(): Promise<string>
  /** The server behind it, when there is one. */
  readonly mariadb: Mariadb | undefined
  remove(): Promise<void>
}

export interface DatabaseKind {
  /** `SQLite`, `MariaDB`, or `MariaDB (skipped: …)`. */
  readonly title: string
  readonly kind: 'sqlite' | 'mysql' | 'postgres'
  /** Why it can't be used on this machine. */
  readonly missing: string | undefined
  start(): Promise<TestDatabases>
}

/** SQLite and MariaDB, on which the same application runs: `describe.each(databaseKinds)`, and `skipIf(missing)` inside. */
export const databaseKinds: readonly DatabaseKind[] = [
  { title: 'SQLite', kind: 'sqlite', missing: undefined, start: startSqlite },
  {
    title: mariadbMissing ? `MariaDB (skipped: ${mariadbMissing})` : 'MariaDB',
    kind: 'mysql',
    missing: mariadbMissing,
    start: startMysql,
  },
]

/** All three, for what this package does for every application. */
export const allDatabaseKinds: readonly DatabaseKind[] = [
  ...databaseKinds,
  {
    title: postgresMissing ? `PostgreSQL (skipped: ${postgresMissing})` : 'PostgreSQL',
    kind: 'postgres',
    missing: postgresMissing,
    start: startPostgresDatabases,
  },
]

async function startSqlite(): Promise<TestDatabases> {
  const folder = mkdtempSync(join(tmpdir(), 'terrace-db-'))
  let count = 0
  return {
    mariadb: undefined,
    create: async () => `sqlite:${join(folder, `${++count}.sqlite`)}`,
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function startMysql(): Promise<TestDatabases> {
  const mariadb = await startMariadb()
  let count = 0
  return {
    mariadb,
    create: () => mariadb.createDatabase(`test${++count}`),
    remove: () => mariadb.remove(),
  }
}

async function startPostgresDatabases(): Promise<TestDatabases> {
  const postgres = await startPostgres()
  let count = 0
  return {
    mariadb: undefined,
    create: () => postgres.createDatabase(`test${++count}`),
    remove: () => postgres.remove(),
  }
}
