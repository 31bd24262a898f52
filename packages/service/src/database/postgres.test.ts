import { seconds, systemClock } from '@terrace/kit'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../config/config.ts'
import { databaseVariables } from '../config/database-config.ts'
import { type Postgres, postgresMissing, startPostgres } from '../testing/postgres.ts'
import { type ConnectOptions, connect, type Database } from './connect.ts'
import { inTransaction } from './transaction.ts'

interface Tables {
  readonly counters: { readonly id: number; readonly value: number }
}

describe.skipIf(postgresMissing)(`PostgreSQL${postgresMissing ? ` (skipped: ${postgresMissing})` : ''}`, () => {
  let postgres: Postgres
  let url: string
  beforeAll(async () => {
    postgres = await startPostgres()
    url = await postgres.createDatabase('pools')
    await postgres.run('pools', 'create table counters (id int primary key, value bigint not null)')
    await postgres.run('pools', 'insert into counters values (1, 0), (2, 0)')
  })
  afterAll(() => postgres?.remove())

  const open = (options: Partial<ConnectOptions> = {}): Database<Tables> & AsyncDisposable => {
    const config = readConfig(databaseVariables, { DATABASE_URL: url }).DATABASE_URL
    if (!config) throw new Error(`not a database: ${url}`)
    const database = connect<Tables>(config, systemClock, options)
    return { ...database, [Symbol.asyncDispose]: () => database.close() }
  }

  it('gives large numbers as numbers', async () => {
    await using database = open()
    const { rows } = await sql`select 4102444800000::bigint as moment, 12.5::numeric as score`.execute(database.db)
    expect(rows).toEqual([{ moment: 4_102_444_800_000, score: 12.5 }])
  })

  it('gives the rows of several statements that are sent as one text', async () => {
    await using database = open()
    const { rows } = await sql.raw('begin; select 1 as n; select 2 as n; commit').execute(database.db)
    expect(rows).toEqual([{ n: 1 }, { n: 2 }])
  })

  it('tells duplicates and lost transactions from other errors', async () => {
    await using database = open()
    const duplicate = await database.db
      .insertInto('counters')
      .values({ id: 1, value: 1 })
      .execute()
      .catch(error => error)
    expect([database.dialect.isDuplicate(duplicate), database.dialect.isUnavailable(duplicate)]).toEqual([true, false])
  })

  it('a statement that takes too long is given up, and its connection with it', async () => {
    await using database = open({ poolSize: 1, queryTimeout: 100 })
    const late = await sql`select pg_sleep(20)`.execute(database.db).catch(error => error)
    expect([late.code, database.dialect.isUnavailable(late)]).toEqual(['DATABASE_TIMEOUT', true])
    await database.ping()
  })

  it('a pool whose connections are all taken says so instead of waiting for ever', async () => {
    await using database = open({ poolSize: 1, acquireTimeout: 50 })
    await database.db.connection().execute(async () => {
      await expect(database.ping()).rejects.toMatchObject({ code: 'DATABASE_BUSY' })
    })
  })

  it('the pool recovers by itself when the server was restarted, also under a transaction', async () => {
    await using database = open({ poolSize: 2, acquireTimeout: seconds(2) })
    await database.ping()
    const cut = await inTransaction(database, async transaction => {
      await transaction.updateTable('counters').set({ value: 7 }).where('id', '=', 1).execute()
      await postgres.kill()
      await transaction.updateTable('counters').set({ value: 8 }).where('id', '=', 2).execute()
    }).catch(error => error)
    expect(database.dialect.isUnavailable(cut)).toBe(true)
    const away = await database.ping().catch(error => error)
    expect(database.dialect.isUnavailable(away)).toBe(true)
    await postgres.start()
    expect(await database.db.selectFrom('counters').selectAll().orderBy('id').execute()).toEqual([
      { id: 1, value: 0 },
      { id: 2, value: 0 },
    ])
  })

  it('a transaction that lost against another one runs again from its beginning', async () => {
    await using database = open()
    let attempts = 0
    const both = (first: number, second: number, ready: PromiseWithResolvers<void>, other: Promise<void>) =>
      inTransaction(database, async transaction => {
        attempts += 1
        const touch = (id: number) =>
          transaction.updateTable('counters').set({ value: attempts }).where('id', '=', id).execute()
        await touch(first)
        ready.resolve()
        await other
        await touch(second)
      })
    const [one, two] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    await Promise.all([both(1, 2, one, two.promise), both(2, 1, two, one.promise)])
    // PostgreSQL ends one of the two, on a slow machine now and then one more.
    expect(attempts).toBeGreaterThan(2)
  })
})
