import { seconds, systemClock } from '@terrace/kit'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../config/config.ts'
import { databaseVariables } from '../config/database-config.ts'
import { type Mariadb, mariadbMissing, startMariadb } from '../testing/mariadb.ts'
import { connect, type Database } from './connect.ts'
import { inTransaction } from './transaction.ts'

interface Tables {
  readonly counters: { readonly id: number; readonly value: number }
}

describe.skipIf(mariadbMissing)(`a transaction${mariadbMissing ? ` (skipped: ${mariadbMissing})` : ''}`, () => {
  let mariadb: Mariadb
  let database: Database<Tables>
  beforeAll(async () => {
    mariadb = await startMariadb()
    const url = await mariadb.createDatabase('transactions')
    const config = readConfig(databaseVariables, { DATABASE_URL: url }).DATABASE_URL
    if (!config) throw new Error(`not a database: ${url}`)
    database = connect(config, systemClock)
    await mariadb.run('transactions', 'create table counters (id int primary key, value int not null)')
    await mariadb.run('transactions', 'insert into counters values (1, 0), (2, 0)')
  })
  afterAll(async () => {
    await database?.close()
    await mariadb?.remove()
  })

  const add = (amount: number, meanwhile?: () => Promise<void>) =>
    inTransaction(
      database,
      async transaction => {
        const change = { value: sql<number>`value + ${amount}` }
        await transaction.updateTable('counters').set(change).where('id', '=', 1).execute()
        await meanwhile?.()
        return transaction.selectFrom('counters').select('value').where('id', '=', 1).executeTakeFirst()
      },
      { silence: seconds(1) },
    )

  it('of a process that fell silent half-way is ended by the server, and others go on', async () => {
    const awake = Promise.withResolvers<void>()
    const holds = Promise.withResolvers<void>()
    const frozen = add(100, () => {
      holds.resolve()
      return awake.promise
    })
    const lost = expect(frozen).rejects.toMatchObject({ fatal: true })
    await holds.promise
    expect(await add(1)).toEqual({ value: 1 })
    awake.resolve()
    await lost
    expect(await mariadb.run('transactions', 'select value from counters where id = 1')).toEqual([{ value: 1 }])
  })

  it('leaves its connection to others as it was', async () => {
    const [{ value } = { value: 0 }] = await mariadb.run('', 'select @@global.wait_timeout as value')
    await add(1)
    const { rows } = await sql<{ limits: number }>`select @@session.wait_timeout as limits`.execute(database.db)
    expect(rows).toEqual([{ limits: value }])
  })

  it('runs again from its beginning when it lost against another one', async () => {
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
    expect(attempts).toBe(3)
  })
})
