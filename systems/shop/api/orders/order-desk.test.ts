import { seeded, systemClock } from '@terrace/kit'
import { connect, type Database, databaseVariables, migrate, readConfig } from '@terrace/service'
import { type Mariadb, mariadbMissing, startMariadb } from '@terrace/service/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrations } from '../data/migrations/index.ts'
import { insertMissingProducts } from '../data/products.ts'
import type { Tables } from '../data/tables.ts'
import { newOrder } from './new-order.ts'
import { OrderDesk } from './order-desk.ts'

const one = [{ productId: 1, quantity: 1 }]

describe.skipIf(mariadbMissing)(`the order desk${mariadbMissing ? ` (skipped: ${mariadbMissing})` : ''}`, () => {
  let mariadb: Mariadb
  let database: Database<Tables>
  const statements: string[] = []
  beforeAll(async () => {
    mariadb = await startMariadb()
    const url = await mariadb.createDatabase('desk')
    const config = readConfig(databaseVariables, { DATABASE_URL: url }).DATABASE_URL
    if (!config) throw new Error(`not a database: ${url}`)
    database = connect<Tables>(config, systemClock, { onStatement: text => statements.push(text) })
    await migrate(database, migrations)
    await insertMissingProducts(database.db, 1000)
  })
  afterAll(async () => {
    await database?.close()
    await mariadb?.remove()
  })

  it('S-16: takes requests with the same key that wait together as one order', async () => {
    const desk = new OrderDesk(database, seeded('desk'), () => {})
    // The first one is under way while the other two wait.
    const [, second, third] = await Promise.all(['first', 'same', 'same'].map(key => desk.place(newOrder(1, key, one))))
    expect(second).toMatchObject({ kind: 'accepted', replayed: false })
    expect(third).toEqual({ ...second, replayed: true })
  })

  it('S-16: stores what waits together in one transaction of few statements', async () => {
    let wakes = 0
    const desk = new OrderDesk(database, seeded('batch'), () => {
      wakes += 1
    })
    statements.length = 0
    const outcomes = await Promise.all(
      Array.from({ length: 51 }, (_, index) => desk.place(newOrder(2, `batch-${index}`, one))),
    )
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['accepted']))
    expect(wakes).toBe(2)
    expect(statements.filter(text => text === 'begin')).toHaveLength(2)
    expect(statements.length).toBeLessThanOrEqual(2 * 11)
  })

  it('S-16: tells everybody who waits when the database is away, and goes on when it is back', async () => {
    const desk = new OrderDesk(database, seeded('away'), () => {})
    await mariadb.kill()
    const places = () => [1, 2, 3].map(key => desk.place(newOrder(3, `away-${key}`, one)))
    const results = await Promise.allSettled(places())
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    await mariadb.start()
    const outcomes = await Promise.all(places())
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted'])
  })
})
