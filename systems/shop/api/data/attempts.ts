import { createHash } from 'node:crypto'
import type { Duration, Instant } from '@terrace/kit'
import { type Kysely, sql } from 'kysely'
import type { Tables } from './tables.ts'

/** What is counted: so many tries of one kind, by one address or client, in one window of time. */
export interface Limit {
  /** `log-in of alice@example.com`; kept as a hash. */
  readonly bucket: string
  readonly window: Duration
  readonly most: number
}

/** One more try. The count is the database's, so all instances count together, and at once. */
export async function countTry(db: Kysely<Tables>, limit: Limit, now: Instant): Promise<void> {
  await db
    .insertInto('attempts')
    .values({ ...keyOf(limit, now), tries: 1 })
    .onDuplicateKeyUpdate({ tries: sql<number>`tries + 1` })
    .execute()
}

/** Is there a limit among these that is used up? */
export async function isUsedUp(db: Kysely<Tables>, limits: readonly Limit[], now: Instant): Promise<boolean> {
  const keys = limits.map(limit => ({ ...keyOf(limit, now), most: limit.most }))
  const rows = await db
    .selectFrom('attempts')
    .select(['bucket', 'window_start', 'tries'])
    .where(
      'bucket',
      'in',
      keys.map(({ bucket }) => bucket),
    )
    .execute()
  return keys.some(({ bucket, window_start, most }) =>
    rows.some(row => row.bucket === bucket && row.window_start === window_start && row.tries >= most),
  )
}

/** Forgets the tries of a limit, because one succeeded. */
export async function forgetTries(db: Kysely<Tables>, limit: Limit): Promise<void> {
  await db.deleteFrom('attempts').where('bucket', '=', keyOf(limit, 0).bucket).execute()
}

export async function deleteAttemptsBefore(db: Kysely<Tables>, moment: Instant): Promise<void> {
  await db.deleteFrom('attempts').where('window_start', '<', moment).execute()
}

const keyOf = ({ bucket, window }: Limit, now: Instant) => ({
  bucket: createHash('sha256').update(bucket).digest('hex'),
  window_start: Math.floor(now / window) * window,
})
