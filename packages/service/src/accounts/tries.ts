import { createHash } from 'node:crypto'
import { type Duration, type Instant, minutes } from '@terrace/kit'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { Problem } from '../http/problem.ts'
import type { AccountTables } from './tables.ts'

/** What is counted: so many tries of one kind, by one account or client, in one window of time. */
export interface Limit {
  /** `log-in of alice`; kept as a hash. */
  readonly bucket: string
  readonly window: Duration
  readonly most: number
}

const LOG_IN_WINDOW = minutes(15)

/** Failed log-ins into one account; a log-in that succeeds forgets them. */
export const logInsOf = (account: string): Limit => ({
  bucket: `log-in of ${account}`,
  window: LOG_IN_WINDOW,
  most: 10,
})

/** Failed log-ins by one client, into whichever accounts; many people may share one address. */
export const logInsOfClient = (client: string): Limit => ({
  bucket: `log-in from ${client}`,
  window: LOG_IN_WINDOW,
  most: 100,
})

/** One more try. The count is the database's, so all instances count together, and at once. */
export async function countTry<Tables extends AccountTables>(database: Database<Tables>, limit: Limit): Promise<void> {
  const insert = rowsOf(database)
    .insertInto('attempts')
    .values({ ...keyOf(limit, database.clock.now()), tries: 1 })
  const again = { tries: sql<number>`attempts.tries + 1` }
  if (database.dialect.kind === 'mysql') await insert.onDuplicateKeyUpdate(again).execute()
  else await insert.onConflict(on => on.columns(['bucket', 'window_start']).doUpdateSet(again)).execute()
}

/** @throws Problem 429 when one of the limits is used up */
export async function guardTries<Tables extends AccountTables>(
  database: Database<Tables>,
  limits: readonly Limit[],
): Promise<void> {
  const now = database.clock.now()
  const usedUp = await limitsUsedUp(database, limits, now)
  if (usedUp.length === 0) return
  const window = Math.max(...usedUp.map(limit => limit.window))
  const retryAfter = Math.ceil((window - (now % window)) / 1000)
  throw new Problem(429, 'Too many attempts; try again later', { headers: { 'retry-after': String(retryAfter) } })
}

/** Forgets the tries of a limit, because one succeeded. */
export async function forgetTries<Tables extends AccountTables>(
  database: Database<Tables>,
  limit: Limit,
): Promise<void> {
  await rowsOf(database).deleteFrom('attempts').where('bucket', '=', keyOf(limit, 0).bucket).execute()
}

/** Forgets what was counted in windows that began before `moment`. */
export async function forgetTriesBefore<Tables extends AccountTables>(
  database: Database<Tables>,
  moment: Instant,
): Promise<void> {
  await rowsOf(database).deleteFrom('attempts').where('window_start', '<', moment).execute()
}

async function limitsUsedUp<Tables extends AccountTables>(
  database: Database<Tables>,
  limits: readonly Limit[],
  now: Instant,
): Promise<readonly Limit[]> {
  const keys = limits.map(limit => ({ ...keyOf(limit, now), limit }))
  const rows = await rowsOf(database)
    .selectFrom('attempts')
    .select(['bucket', 'window_start', 'tries'])
    .where(
      'bucket',
      'in',
      keys.map(({ bucket }) => bucket),
    )
    .execute()
  return keys
    .filter(({ bucket, window_start, limit }) =>
      rows.some(row => row.bucket === bucket && row.window_start === window_start && row.tries >= limit.most),
    )
    .map(({ limit }) => limit)
}

// Kysely can't see that a database with more tables has these too.
const rowsOf = <Tables extends AccountTables>(database: Database<Tables>): Kysely<AccountTables> =>
  database.db as unknown as Kysely<AccountTables>

const keyOf = ({ bucket, window }: Limit, now: Instant) => ({
  bucket: createHash('sha256').update(bucket).digest('hex'),
  window_start: Math.floor(now / window) * window,
})
