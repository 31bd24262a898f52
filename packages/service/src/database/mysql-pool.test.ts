import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { milliseconds, scaledClock, systemClock } from '@terrace/kit'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { mariadbMissing, startMariadb } from '../testing/index.ts'
import { connect } from './connect.ts'

const account = { kind: 'mysql', database: 'test', user: 'root', password: '', tls: false } as const

describe('a server that accepts and then says nothing', () => {
  it('is given up after the acquire time-out, as unavailable', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'terrace-silent-'))
    const socketPath = join(folder, 's')
    const silent = createServer(socket => socket.on('error', () => {})).listen(socketPath)
    await once(silent, 'listening')
    const database = connect({ ...account, address: { socketPath } }, systemClock, { acquireTimeout: milliseconds(50) })
    const error = await database.ping().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'DATABASE_BUSY' })
    expect(database.dialect.isUnavailable(error)).toBe(true)
    silent.close()
    rmSync(folder, { recursive: true, force: true })
  })
})

describe.skipIf(mariadbMissing)(`a real server${mariadbMissing ? ` (skipped: ${mariadbMissing})` : ''}`, () => {
  it('gives up a statement that takes too long, and the next one gets another connection', async () => {
    const mariadb = await startMariadb()
    try {
      await mariadb.createDatabase('test2')
      const address = { socketPath: mariadb.socketPath }
      const database = connect({ ...account, database: 'test2', address }, scaledClock(50, systemClock), {
        poolSize: 1,
      })
      const error = await sql`select sleep(20)`.execute(database.db).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'DATABASE_TIMEOUT' })
      expect(database.dialect.isUnavailable(error)).toBe(true)
      await database.ping()
      await database.close()
    } finally {
      await mariadb.remove()
    }
  })

  it('is not blamed for a wrong statement, whose connection stays in use', async () => {
    const mariadb = await startMariadb()
    try {
      await mariadb.createDatabase('test3')
      const address = { socketPath: mariadb.socketPath }
      const database = connect({ ...account, database: 'test3', address }, systemClock, { poolSize: 1 })
      const connectionId = async () =>
        (await sql<{ id: number }>`select connection_id() as id`.execute(database.db)).rows[0]
      const before = await connectionId()
      const error = await sql`select nonsense from nowhere`.execute(database.db).catch((reason: unknown) => reason)
      expect(database.dialect.isUnavailable(error)).toBe(false)
      expect(await connectionId()).toEqual(before)
      await database.close()
    } finally {
      await mariadb.remove()
    }
  })
})
