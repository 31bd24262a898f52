import { unlinkSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Random, systemClock } from '@terrace/kit'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'

/** One connection of a client, whatever the engine. */
export interface Client {
  insert(id: number): Promise<void>
  /** All ids of the table, in order. */
  ids(): Promise<number[]>
  query(sql: string): Promise<readonly unknown[]>
  end(): Promise<void>
}

const CREATE = 'CREATE TABLE IF NOT EXISTS writes (id INT PRIMARY KEY, body VARCHAR(200) NOT NULL)'
const BODY = 'x'.repeat(100)

/** Connects as the master user through a door of the network. */
export async function clientOf(engine: 'mysql' | 'postgres', door: string, password = 'secret'): Promise<Client> {
  return engine === 'mysql' ? mysqlClient(door, password) : postgresClient(door, password)
}

async function mysqlClient(socketPath: string, password: string): Promise<Client> {
  const options = { socketPath, user: 'admin', password, database: 'mydb', connectTimeout: 2000 }
  const connection = await createConnection(options)
  connection.on('error', () => {})
  return {
    insert: async id => {
      await connection.query('INSERT INTO writes VALUES (?, ?)', [id, BODY])
    },
    ids: async () => {
      const [rows] = await connection.query('SELECT id FROM writes ORDER BY id')
      return Array.isArray(rows) ? rows.map(row => Number(Reflect.get(row, 'id'))) : []
    },
    query: async sql => {
      const [rows] = await connection.query(sql)
      return Array.isArray(rows) ? rows : []
    },
    end: async () => connection.destroy(),
  }
}

async function postgresClient(door: string, password: string): Promise<Client> {
  // Its clients insist on a name of their own for the socket.
  const folder = await mkdtemp(join(tmpdir(), 'terrace-pg-'))
  const link = join(folder, '.s.PGSQL.5432')
  await symlink(door, link)
  const client = new pg.Client({
    host: dirname(link),
    port: 5432,
    user: 'admin',
    password,
    database: 'mydb',
    connectionTimeoutMillis: 2000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
  } finally {
    unlinkSync(link)
    await rm(folder, { recursive: true })
  }
  return {
    insert: async id => {
      await client.query('INSERT INTO writes VALUES ($1, $2)', [id, BODY])
    },
    ids: async () => (await client.query<{ id: number }>('SELECT id FROM writes ORDER BY id')).rows.map(({ id }) => id),
    query: async sql => (await client.query(sql)).rows,
    end: () => client.end().catch(() => {}),
  }
}

/** Writes all the time, reconnects when it has to, and remembers what was acknowledged. */
export interface Writer {
  /** Resolves when that many more writes were acknowledged. */
  acknowledged(more: number): Promise<void>
  /** Longest time between two acknowledgements so far, milliseconds. */
  longestGap(): number
  /** Ends it. @returns the ids that were acknowledged */
  stop(): Promise<number[]>
}

/** Starts several connections that write one row after the other. */
export async function startWriter(options: {
  readonly engine: 'mysql' | 'postgres'
  /** Where the endpoint's name leads at the moment. */
  readonly door: () => string
  readonly workers: number
  readonly random: Random
}): Promise<Writer> {
  const { engine, door, workers, random } = options
  const first = await clientOf(engine, door())
  await first.query(CREATE)
  await first.end()
  const done: number[] = []
  const waiting = new Set<() => void>()
  let ended = false
  let id = random.integer(1000) * 1_000_000
  let last = performance.now()
  let longest = 0
  const work = async () => {
    let client: Client | undefined
    while (!ended) {
      const next = id++
      try {
        client ??= await clientOf(engine, door())
        await Promise.race([client.insert(next), late()])
        const now = performance.now()
        longest = Math.max(longest, now - last)
        last = now
        done.push(next)
        for (const check of [...waiting]) check()
        // Leaves the members some of the processor.
        await systemClock.sleep(5)
      } catch {
        // Whether it was written is unknown; the next one has another id.
        void client?.end()
        client = undefined
        await systemClock.sleep(20)
      }
    }
    await client?.end()
  }
  const workersDone = Array.from({ length: workers }, work)
  return {
    longestGap: () => Math.max(longest, performance.now() - last),
    acknowledged(more) {
      const target = done.length + more
      return new Promise(resolve => {
        const check = () => {
          if (done.length < target) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      })
    },
    async stop() {
      ended = true
      await Promise.all(workersDone)
      return done
    },
  }
}

/** What a pool's query time-out does: the connection is given up. */
const late = () =>
  new Promise<never>((_, reject) => {
    systemClock.after(3000, () => reject(new Error('no answer')))
  })
