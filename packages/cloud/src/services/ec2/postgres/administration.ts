import { type Duration, errnoOf, messageOf, milliseconds, minutes } from '@terrace/kit'
import type { PostgresProcess } from '@terrace/model'
import pg from 'pg'
import type { World } from '../../../world.ts'

/** Long enough for the recovery of a data directory after a crash. */
const START_LIMIT: Duration = minutes(8)
const LOOK: Duration = milliseconds(50)

/** SQLSTATE of what will not change by waiting: no such role or database, or a wrong password. */
const FINAL = new Set(['28000', '28P01', '3D000'])

/** Where a server listens. */
export interface ServerPlace {
  /** Folder of its socket. */
  readonly folder: string
  readonly port: number
}

/** Waits until the server answers its administrator, whom it lets in without a password. @throws Error */
export async function waitUntilUp(
  { realtime }: World,
  place: ServerPlace,
  username: string,
  signal: AbortSignal,
): Promise<void> {
  const giveUp = realtime.now() + START_LIMIT
  for (;;) {
    try {
      return await asAdministrator(place, username, 'postgres', async () => {})
    } catch (error) {
      if (FINAL.has(errnoOf(error) ?? '') || realtime.now() > giveUp) throw error
      await realtime.sleep(LOOK, signal)
    }
  }
}

/** Sets the password as the document has it now, and makes the database unless it is there. */
export function setUp(place: ServerPlace, process: PostgresProcess, password: string): Promise<void> {
  const owner = pg.escapeIdentifier(process.username)
  return asAdministrator(place, process.username, 'postgres', async client => {
    await client.query(`ALTER ROLE ${owner} PASSWORD ${pg.escapeLiteral(password)}`)
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [process.database])
    if (known.rowCount === 0) {
      await client.query(`CREATE DATABASE ${pg.escapeIdentifier(process.database)} OWNER ${owner}`)
    }
  })
}

/** Has the server read its rules of access again; resolves when nobody gets in without a password any more. */
export async function closeToStrangers({ realtime }: World, place: ServerPlace, username: string): Promise<void> {
  const look = () => asAdministrator(place, username, 'postgres', async () => {})
  await asAdministrator(place, username, 'postgres', async client => {
    await client.query('CHECKPOINT')
    await client.query('SELECT pg_reload_conf()')
  })
  const giveUp = realtime.now() + minutes(1)
  for (;;) {
    const refusal = await look().then(
      () => undefined,
      (error: unknown) => messageOf(error),
    )
    if (refusal !== undefined) return
    if (realtime.now() > giveUp) throw new Error('it goes on letting everybody in')
    await realtime.sleep(LOOK)
  }
}

async function asAdministrator(
  { folder, port }: ServerPlace,
  user: string,
  database: string,
  act: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ host: folder, port, user, database, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await act(client)
  } finally {
    await client.end().catch(() => {})
  }
}
