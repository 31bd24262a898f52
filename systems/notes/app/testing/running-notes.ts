import { type Clock, type Duration, secureRandom, systemClock } from '@terrace/kit'
import { connect, databaseVariables, readConfig, startService } from '@terrace/service'
import { checkMysqlGrammar, LogLines, type Mariadb, mariadbMissing, startMariadb } from '@terrace/service/testing'
import type { Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Assets } from '../assets/assets.ts'
import { buildAssets } from '../assets/build.ts'
import type { Tables } from '../data/tables.ts'
import { notes } from '../notes.ts'
import { Client } from './client.ts'
import { Visitor } from './visitor.ts'

export const SESSION_SECRET = 'for tests alone and long enough for them'

/** The whole application on a database of its own, with a door to its tables and one to its clock. */
export interface RunningNotes extends AsyncDisposable {
  /** A program that uses the JSON API. */
  readonly client: Client
  /** Somebody with a browser and its cookies, but without scripting. */
  visitor(): Visitor
  readonly url: string
  readonly db: Kysely<Tables>
  readonly log: LogLines
  travel(time: Duration): void
  stop(): Promise<void>
}

export interface NotesServer {
  readonly mariadb: Mariadb
  /** Starts the application on an empty database. */
  start(environment?: Readonly<Record<string, string>>): Promise<RunningNotes>
}

/** Runs the tests on MariaDB. What they made it do must be what MySQL would do too: the last test says so. */
export function describeNotes(title: string, tests: (server: NotesServer) => void): void {
  describe.skipIf(mariadbMissing)(mariadbMissing ? `${title} (skipped: ${mariadbMissing})` : title, () => {
    const statements = new Set<string>()
    let mariadb: Mariadb | undefined
    let assets: Assets | undefined
    let count = 0
    beforeAll(async () => {
      ;[mariadb, assets] = await Promise.all([startMariadb(), buildAssets()])
    })
    afterAll(() => mariadb?.remove())
    const need = () => {
      if (!mariadb || !assets) throw new Error('the database is not started yet')
      return { mariadb, assets }
    }
    tests({
      get mariadb() {
        return need().mariadb
      },
      start: async (environment = {}) => {
        const { mariadb, assets } = need()
        const url = await mariadb.createDatabase(`notes${++count}`)
        return startNotes(url, assets, { environment, onStatement: statement => statements.add(statement) })
      },
    })
    it('ran no statement that MySQL 8 would not take (grammar and list of exceptions)', () => {
      expect(statements.size).toBeGreaterThan(0)
      expect(checkMysqlGrammar([...statements].map(withoutFulltext))).toEqual([])
    })
  })
}

// The grammar knows `match … against` only with text in it, and no index of this kind. Both are as MySQL documents
// them: https://dev.mysql.com/doc/refman/8.0/en/fulltext-search.html
const withoutFulltext = (statement: string): string =>
  statement
    .replace(/match \(note_words\.words\) against \(\? in boolean mode\)/, '1 = 1')
    .replace(/^create fulltext index (\w+) on/, 'create index $1 on')

export interface NotesOptions {
  readonly environment?: Readonly<Record<string, string>>
  readonly onStatement?: (statement: string) => void
}

/** Starts one on a `DATABASE_URL`. */
export async function startNotes(url: string, assets: Assets, options: NotesOptions = {}): Promise<RunningNotes> {
  const log = new LogLines()
  let offset = 0
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + offset }
  const service = await startService(notes(assets), {
    environment: { DATABASE_URL: url, PORT: '0', SESSION_SECRET, ...options.environment },
    clock,
    random: secureRandom,
    write: log.write,
    ...(options.onStatement ? { onStatement: options.onStatement } : {}),
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
    visitor: () => new Visitor(service.url),
    url: service.url,
    db: database.db,
    log,
    travel: time => {
      offset += time
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
