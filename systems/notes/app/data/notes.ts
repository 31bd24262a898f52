import type { Instant } from '@terrace/kit'
import type { Kysely, Transaction } from 'kysely'
import type { Note, NotePatch, NoteText } from '../schemas/note.ts'
import { databaseMoment, type NoteRow, toNote } from './note-row.ts'
import type { NoteColumns, Tables } from './tables.ts'
import { searchWords } from './words.ts'

const COLUMNS = ['id', 'title', 'description', 'tags', 'done', 'version', 'created_at', 'updated_at'] as const

/** What becomes of a change that names the version it was made from. */
export type ChangeOutcome = 'changed' | 'missing' | 'outdated'

export async function noteById(db: Kysely<Tables>, id: number): Promise<Note | undefined> {
  const row = await db.selectFrom('notes').select(COLUMNS).where('id', '=', id).executeTakeFirst()
  return row && toNote(row)
}

export async function insertNote(
  db: Transaction<Tables>,
  { title, description, tags, done }: NoteText & { readonly done: boolean },
  now: Instant,
): Promise<Note> {
  const moment = databaseMoment(now)
  const row: NoteColumns = {
    title,
    description,
    tags: tags.join(','),
    done: Number(done),
    version: 1,
    created_at: moment,
    updated_at: moment,
  }
  const { insertId } = await db.insertInto('notes').values(row).executeTakeFirstOrThrow()
  const inserted = { ...row, id: Number(insertId) }
  await insertFindables(db, inserted)
  return toNote(inserted)
}

/**
 * Changes what is named.
 *
 * @param version  the version that was read; when it is given and no longer the present one nothing changes
 */
export async function updateNote(
  db: Transaction<Tables>,
  id: number,
  change: NotePatch,
  now: Instant,
  version?: number,
): Promise<ChangeOutcome> {
  // Locked, so that text, tags and words of two changes at once don't mix.
  const row = await db.selectFrom('notes').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst()
  if (!row) return 'missing'
  if (version !== undefined && version !== row.version) return 'outdated'
  const after: NoteRow = {
    ...row,
    title: change.title ?? row.title,
    description: change.description ?? row.description,
    tags: change.tags?.join(',') ?? row.tags,
    done: change.done === undefined ? row.done : Number(change.done),
  }
  const isNewText = after.title !== row.title || after.description !== row.description || after.tags !== row.tags
  if (!isNewText && after.done === row.done) return 'changed'
  const { id: _, created_at: __, ...values } = after
  await db
    .updateTable('notes')
    .set({ ...values, version: row.version + Number(isNewText), updated_at: databaseMoment(now) })
    .where('id', '=', id)
    .execute()
  if (isNewText) {
    await deleteFindables(db, id)
    await insertFindables(db, after)
  } else await db.updateTable('note_tags').set({ done: after.done }).where('note_id', '=', id).execute()
  return 'changed'
}

/** What a note is found by: its tags and its words. */
export async function insertFindables(db: Transaction<Tables>, row: NoteRow): Promise<void> {
  const { id: note_id, done } = row
  const tags = row.tags === '' ? [] : row.tags.split(',')
  if (tags.length > 0)
    await db
      .insertInto('note_tags')
      .values(tags.map(tag => ({ tag, note_id, done })))
      .execute()
  const words = searchWords(row.title, row.description, row.tags)
  await db.insertInto('note_words').values({ note_id, words }).execute()
}

export async function deleteFindables(db: Transaction<Tables>, id: number): Promise<void> {
  await db.deleteFrom('note_tags').where('note_id', '=', id).execute()
  await db.deleteFrom('note_words').where('note_id', '=', id).execute()
}
