import { hours, type Instant } from '@terrace/kit'
import type { Kysely, Transaction } from 'kysely'
import { databaseMoment } from './note-row.ts'
import { deleteFindables, insertFindables } from './notes.ts'
import type { Tables } from './tables.ts'

/** How long a removal can be undone at least. The pages offer it for ten seconds, or until the next page. */
const KEPT = hours(1)

const COLUMNS = ['id', 'title', 'description', 'tags', 'done', 'version', 'created_at', 'updated_at'] as const

/**
 * Takes a note out, so that it can be put back.
 *
 * @returns false when there is no such note
 */
export async function removeNote(db: Transaction<Tables>, id: number, now: Instant): Promise<boolean> {
  const row = await db.selectFrom('notes').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst()
  if (!row) return false
  await db
    .insertInto('removed_notes')
    .values({ ...row, removed_at: databaseMoment(now) })
    .execute()
  await deleteFindables(db, id)
  await db.deleteFrom('notes').where('id', '=', id).execute()
  return true
}

/**
 * Puts a removed note back, as it was, under its id.
 *
 * @returns false when there is nothing to put back
 */
export async function restoreNote(db: Transaction<Tables>, id: number): Promise<boolean> {
  const row = await db.selectFrom('removed_notes').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst()
  if (!row) return false
  await db.insertInto('notes').values(row).execute()
  await insertFindables(db, row)
  await db.deleteFrom('removed_notes').where('id', '=', id).execute()
  return true
}

/** The title of a note that can be put back. */
export async function removedTitle(db: Kysely<Tables>, id: number): Promise<string | undefined> {
  const row = await db.selectFrom('removed_notes').select('title').where('id', '=', id).executeTakeFirst()
  return row?.title
}

/** Forgets what was removed more than an hour ago. */
export async function forgetRemoved(db: Kysely<Tables>, now: Instant): Promise<void> {
  await db
    .deleteFrom('removed_notes')
    .where('removed_at', '<', databaseMoment(now - KEPT))
    .execute()
}
