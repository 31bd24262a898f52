import { systemClock } from '@terrace/kit'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../config/config.ts'
import { databaseVariables } from '../config/database-config.ts'
import { allDatabaseKinds, type TestDatabases } from '../testing/index.ts'
import { addColumnIfMissing } from './column-if-missing.ts'
import { connect, type Database } from './connect.ts'
import { createIndexIfMissing } from './index-if-missing.ts'
import { type Migration, migrate } from './migrate.ts'

describe.each(allDatabaseKinds)('migrate on $title', ({ missing, start }) => {
  let databases: TestDatabases
  beforeAll(async () => {
    if (!missing) databases = await start()
  })
  afterAll(() => databases?.remove())

  const open = (url: string): Database<Record<string, never>> => {
    const config = readConfig(databaseVariables, { DATABASE_URL: url }).DATABASE_URL
    if (!config) throw new Error(`not a database: ${url}`)
    return connect(config, systemClock)
  }
  const tables = (...names: readonly string[]): readonly Migration[] =>
    names.map(name => ({
      name,
      async up(db, dialect) {
        await db.schema.createTable(`t${name}`).ifNotExists().addColumn('id', 'integer').execute()
        await createIndexIfMissing(db, dialect, { name: `i${name}`, table: `t${name}`, columns: ['id'] })
      },
    }))

  it.skipIf(missing)('runs each step once, in order, and later only what is new', async () => {
    const database = open(await databases.create())
    expect(await migrate(database, tables('1', '2'))).toEqual(['1', '2'])
    expect(await migrate(database, tables('1', '2'))).toEqual([])
    expect(await migrate(database, tables('1', '2', '3'))).toEqual(['3'])
    await database.close()
  })

  it.skipIf(missing)('leaves the steps of a newer version alone, so that the older one still starts', async () => {
    const database = open(await databases.create())
    await migrate(database, tables('1', '2'))
    expect(await migrate(database, tables('1'))).toEqual([])
    await database.close()
  })

  it.skipIf(missing)(
    'adds a column once, though the step runs again, and rows that know nothing of it stay good',
    async () => {
      const database = open(await databases.create())
      await migrate(database, tables('1'))
      await sql`insert into t1 (id) values (1)`.execute(database.db)
      const add = (name: string): Migration => ({
        name,
        up: (db, dialect) => addColumnIfMissing(db, dialect, { table: 't1', name: 'more', type: 'text' }),
      })
      expect(await migrate(database, [add('2'), add('3')])).toEqual(['2', '3'])
      await sql`insert into t1 (id) values (2)`.execute(database.db)
      expect((await sql`select id, more from t1 order by id`.execute(database.db)).rows).toEqual([
        { id: 1, more: null },
        { id: 2, more: null },
      ])
      await database.close()
    },
  )

  it.skipIf(missing)('runs each step once when several connections ask at the same moment', async () => {
    const url = await databases.create()
    const instances = Array.from({ length: 8 }, () => open(url))
    const ran = await Promise.all(instances.map(database => migrate(database, tables('1', '2'))))
    expect(ran.flat()).toEqual(['1', '2'])
    await Promise.all(instances.map(database => database.close()))
  })

  it.skipIf(missing)('finishes what an instance left half-way when it died', async () => {
    const url = await databases.create()
    const dying = open(url)
    const half: Migration = {
      name: '1',
      async up(db) {
        await db.schema.createTable('t1').ifNotExists().addColumn('id', 'integer').execute()
        throw new Error('power cut')
      },
    }
    await expect(migrate(dying, [half])).rejects.toMatchObject({
      code: 'SERVICE_MIGRATION_FAILED',
      message: 'migration 1 failed: power cut',
    })
    await dying.close()
    const next = open(url)
    expect(await migrate(next, tables('1'))).toEqual(['1'])
    await sql`insert into t1 (id) values (1)`.execute(next.db)
    await next.close()
  })
})
