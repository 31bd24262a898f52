import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** A picture as it is stored. */
export type StoredPicture = Tables['pictures']

/** One's own picture, once it is in the bucket. */
export async function ownPicture(
  db: Kysely<Tables>,
  accountId: number,
  id: string,
): Promise<StoredPicture | undefined> {
  return db
    .selectFrom('pictures')
    .selectAll()
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('stored', '=', true)
    .executeTakeFirst()
}

/** Pictures by id. */
export async function picturesById(
  db: Kysely<Tables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StoredPicture>> {
  if (ids.length === 0) return new Map()
  const rows = await db.selectFrom('pictures').selectAll().where('id', 'in', ids).execute()
  return new Map(rows.map(row => [row.id, row]))
}

/** Which of these pictures an account may use. They are held until the transaction ends, so that none is removed. */
export async function usablePictures(
  transaction: Kysely<Tables>,
  accountId: number,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const rows = await transaction
    .selectFrom('pictures')
    .select('id')
    .where('id', 'in', ids)
    .where('account_id', '=', accountId)
    .where('stored', '=', true)
    .orderBy('id')
    .forKeyShare()
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** How many cut-outs are yet to be made. */
export async function countWaiting(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom('pictures')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .where('state', 'in', ['queued', 'working'])
    .executeTakeFirstOrThrow()
  return row.total
}
