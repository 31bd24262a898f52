import { jsonLogger, systemClock } from '@terrace/kit'
import { connect, databaseVariables, migrate, readConfig } from '@terrace/service'
import { type Mariadb, mariadbMissing, startMariadb } from '@terrace/service/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrations } from '../data/migrations/index.ts'
import type { Tables } from '../data/tables.ts'
import { Relay, type SendAll } from './relay.ts'

const silent = jsonLogger(systemClock, () => {})

describe.skipIf(mariadbMissing)(`relays${mariadbMissing ? ` (skipped: ${mariadbMissing})` : ''}`, () => {
  let mariadb: Mariadb
  let count = 0
  beforeAll(async () => {
    mariadb = await startMariadb()
  })
  afterAll(() => mariadb?.remove())

  async function prepare(messages: number) {
    const config = readConfig(databaseVariables, { DATABASE_URL: await mariadb.createDatabase(`relay${++count}`) })
    if (!config.DATABASE_URL) throw new Error('not a database')
    const database = connect<Tables>(config.DATABASE_URL, systemClock)
    await migrate(database, migrations)
    // Two messages in each row.
    const rows = Array.from({ length: messages / 2 }, (_, index) => ({
      messages: `[${2 * index},${2 * index + 1}]`,
      traces: `["of ${2 * index}","of ${2 * index + 1}"]`,
    }))
    await database.db.insertInto('outbox').values(rows).execute()
    return database
  }

  it('S-16: several side by side send each message once', async () => {
    const database = await prepare(1000)
    const sent: string[] = []
    const done = Promise.withResolvers<void>()
    const send: SendAll = async messages => {
      sent.push(...messages.map(({ text }) => text))
      if (sent.length >= 1000) done.resolve()
      return messages.map(() => true)
    }
    const relays = [1, 2, 3].map(() => new Relay(database, send, silent))
    await done.promise
    await Promise.all(relays.map(relay => relay.stop()))
    expect(sent.map(Number).sort((one, other) => one - other)).toEqual(Array.from({ length: 1000 }, (_, one) => one))
    await database.close()
  })

  it('S-16: orders go on being stored while one speaks to the queue, and what the queue did not take stays', async () => {
    const database = await prepare(4)
    const refused = Promise.withResolvers<void>()
    let rounds = 0
    const relay = new Relay(
      database,
      async messages => {
        rounds += 1
        if (rounds > 1) {
          refused.resolve()
          throw new Error('the queue is away')
        }
        // As an instance of the version before stores it.
        await database.db.insertInto('outbox').values({ messages: '["meanwhile"]' }).execute()
        return messages.map(({ text }) => text !== '1')
      },
      silent,
    )
    await refused.promise
    await relay.stop()
    const left = await database.db.selectFrom('outbox').select(['messages', 'traces']).orderBy('id').execute()
    expect(left).toEqual([
      { messages: '[1]', traces: '["of 1"]' },
      { messages: '["meanwhile"]', traces: null },
    ])
    await database.close()
  })
})
