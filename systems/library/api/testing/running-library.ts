import { type Clock, days, seeded, systemClock } from '@terrace/kit'
import { connect, databaseVariables, readConfig, startService } from '@terrace/service'
import {
  checkMysqlGrammar,
  type DatabaseKind,
  databaseKinds,
  LogLines,
  type TestDatabases,
} from '@terrace/service/testing'
import type { Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tables } from '../data/tables.ts'
import { library } from '../library.ts'
import { Client } from './client.ts'

/** The whole API on a database of its own, with a door to its tables and one to its clock. */
export interface RunningLibrary extends AsyncDisposable {
  readonly client: Client
  readonly url: string
  readonly db: Kysely<Tables>
  readonly log: LogLines
  /** Lets days pass. */
  travel(count: number): void
  stop(): Promise<void>
}

/** Starts libraries on one kind of database. */
export interface Libraries {
  readonly kind: DatabaseKind['kind']
  readonly databases: TestDatabases
  start(environment?: Record<string, string>): Promise<RunningLibrary>
}

/**
 * Runs the tests on SQLite and on MariaDB. What they made MariaDB do must be what MySQL would do too: the last test
 * says so.
 */
export function describeOnBothDatabases(title: string, tests: (libraries: Libraries) => void): void {
  describe.each(databaseKinds)(`${title} on $title`, ({ kind, missing, start }) => {
    describe.skipIf(missing)(title, () => {
      const statements = new Set<string>()
      let databases: TestDatabases | undefined
      beforeAll(async () => {
        databases = await start()
      })
      afterAll(() => databases?.remove())
      const need = () => {
        if (!databases) throw new Error('the databases are not started yet')
        return databases
      }
      tests({
        kind,
        get databases() {
          return need()
        },
        start: async (environment = {}) => startLibrary(await need().create(), { statements, environment }),
      })
      if (kind === 'sqlite') return
      it('ran no statement that MySQL 8 would not take (grammar and list of exceptions)', () => {
        expect(statements.size).toBeGreaterThan(0)
        expect(checkMysqlGrammar(statements)).toEqual([])
      })
    })
  })
}

export interface LibraryOptions {
  /** Gathers the SQL that it runs. */
  readonly statements?: Set<string>
  readonly environment?: Record<string, string>
  readonly clock?: Clock
}

/** Starts one on a `DATABASE_URL`. */
export async function startLibrary(
  url: string,
  { statements = new Set(), environment = {}, clock: base = systemClock }: LibraryOptions = {},
): Promise<RunningLibrary> {
  const log = new LogLines()
  let offset = 0
  const clock: Clock = { ...base, now: () => base.now() + offset }
  const service = await startService(library, {
    environment: { DATABASE_URL: url, PORT: '0', ALLOWED_ORIGINS: 'https://library.example.com', ...environment },
    clock,
    random: seeded(url),
    write: log.write,
    onStatement: statement => statements.add(statement),
  })
  await service.ready
  const config = readConfig(databaseVariables, { DATABASE_URL: url }).DATABASE_URL
  if (!config) throw new Error(`not a database: ${url}`)
  const database = connect<Tables>(config, systemClock, { poolSize: 2 })
  const stop = async () => {
    await service.stop()
    await database.close()
  }
  return {
    client: new Client(service.url),
    url: service.url,
    db: database.db,
    log,
    travel: count => {
      offset += days(count)
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
