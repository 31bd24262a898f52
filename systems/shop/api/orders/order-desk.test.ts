import { seeded, systemClock } from '@terrace/kit'
import {
  activeTrace,
  connect,
  type Database,
  databaseVariables,
  migrate,
  readConfig,
  withinOneOf,
} from '@terrace/service'
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
  /** The trace that each of them was run in. */
  const traces: (string | undefined)[] = []
  beforeAll(async () => {
    mariadb = await startMariadb()
    const url = await mariadb.createDatabase('desk')
    const config = readConfig(databaseVariables, { DATABASE_URL: url }).DATABASE_URL
    if (!config) throw new Error(`not a database: ${url}`)
    database = connect<Tables>(config, systemClock, {
      onStatement: text => {
        statements.push(text)
        traces.push(activeTrace()?.context.traceId)
      },
    })
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

  it('S-16, I-15: does the work of those who waited in the trace of one of them, not of whoever came before', async () => {
    const desk = new OrderDesk(database, seeded('traces'), () => {})
    const order = (traceId: string, sampled: boolean) =>
      withinOneOf([{ context: { traceId, spanId: 'b7ad6b7169203331', sampled, state: '' } }], () =>
        desk.place(newOrder(4, traceId, one)),
      )
    traces.length = 0
    // The first one is under way while the other two wait.
    await Promise.all([order('first', true), order('unrecorded', false), order('recorded', true)])
    expect(traces.filter((trace, index) => trace !== traces[index - 1])).toEqual(['first', 'recorded'])
    const rows = await database.db.selectFrom('outbox').select('traces').orderBy('id', 'desc').limit(2).execute()
    expect(rows.map(row => row.traces)).toEqual([
      '["00-unrecorded-b7ad6b7169203331-00","00-recorded-b7ad6b7169203331-01"]',
      '["00-first-b7ad6b7169203331-01"]',
    ])
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
