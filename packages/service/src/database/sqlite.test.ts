import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@terrace/kit'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { connect, type Database } from './connect.ts'
import { inTransaction } from './transaction.ts'

type Counter = { readonly counter: { readonly value: number } }

it('lets transactions of several connections follow one another, also when they read before they write', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'terrace-sqlite-'))
  const open = (): Database<Counter> => connect({ kind: 'sqlite', file: join(folder, 'counter.sqlite') }, systemClock)
  const databases = [open(), open(), open()]
  const [first] = databases
  if (!first) throw new Error('there is no database')
  await sql`create table counter (value integer not null)`.execute(first.db)
  await sql`insert into counter values (0)`.execute(first.db)
  const increment = (database: Database<Counter>) =>
    inTransaction(database, async transaction => {
      const { value } = await transaction.selectFrom('counter').select('value').executeTakeFirstOrThrow()
      await new Promise(setImmediate)
      await transaction
        .updateTable('counter')
        .set({ value: value + 1 })
        .execute()
    })
  await Promise.all(databases.flatMap(database => Array.from({ length: 10 }, () => increment(database))))
  expect(await first.db.selectFrom('counter').selectAll().execute()).toEqual([{ value: 30 }])
  await Promise.all(databases.map(database => database.close()))
  rmSync(folder, { recursive: true, force: true })
})
