import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { Note } from '../schemas/note.ts'
import { type NoteRow, toNote } from './note-row.ts'
import { searchIds } from './search.ts'
import type { Tables } from './tables.ts'
import { searchFor } from './words.ts'

/** Which notes, and where the page begins. Newest first; both cursors are ids and are left out themselves. */
export interface NoteFilter {
  readonly tag?: string | undefined
  readonly done?: boolean | undefined
  readonly before?: number | undefined
  readonly after?: number | undefined
  readonly limit: number
}

export interface NoteList extends NoteFilter {
  /** As it was typed. */
  readonly q?: string | undefined
  /** Characters of each description, all when left out. */
  readonly shorten?: number
}

/** One page. */
export interface NotePage {
  readonly notes: readonly Note[]
  readonly hasNewer: boolean
  readonly hasOlder: boolean
}

const EMPTY: NotePage = { notes: [], hasNewer: false, hasOlder: false }

/** The statement behind the first page of all notes, made once: it is asked far more often than all others. */
export const compileNewest = (db: Kysely<Tables>, limit: number, shorten: number): CompiledQuery<NoteRow> =>
  db
    .selectFrom('notes')
    .select(columns(shorten))
    .orderBy('id', 'desc')
    .limit(sql.lit(limit + 1))
    .compile()

/** The first page of all notes. */
export async function newestNotes(
  db: Kysely<Tables>,
  compiled: CompiledQuery<NoteRow>,
  limit: number,
): Promise<NotePage> {
  const { rows } = await db.executeQuery(compiled)
  return { notes: rows.slice(0, limit).map(toNote), hasNewer: false, hasOlder: rows.length > limit }
}

/** A page of the notes that match. Never counts them all: a page costs what it shows, wherever it begins. */
export async function listNotes(db: Kysely<Tables>, list: NoteList): Promise<NotePage> {
  const rows = list.q?.trim() ? await foundRows(db, list, list.q) : await plainRows(db, list)
  if (rows.length === 0) return EMPTY
  const more = rows.length > list.limit
  const shown = rows.slice(0, list.limit).map(toNote)
  if (list.after === undefined) return { notes: shown, hasNewer: list.before !== undefined, hasOlder: more }
  return { notes: shown.reverse(), hasNewer: more, hasOlder: true }
}

async function foundRows(db: Kysely<Tables>, list: NoteList, typed: string): Promise<readonly NoteRow[]> {
  const search = searchFor(typed)
  const ids = search ? await searchIds(db, list, search) : []
  if (ids.length === 0) return []
  return db
    .selectFrom('notes')
    .select(columns(list.shorten))
    .where('id', 'in', [...ids])
    .orderBy('id', list.after === undefined ? 'desc' : 'asc')
    .execute()
}

function plainRows(db: Kysely<Tables>, list: NoteList): Promise<readonly NoteRow[]> {
  const { tag, done, before, after, limit, shorten } = list
  const order = after === undefined ? 'desc' : 'asc'
  if (tag === undefined) {
    let query = db.selectFrom('notes').select(columns(shorten))
    if (done !== undefined) query = query.where('notes.done', '=', Number(done))
    if (before !== undefined) query = query.where('notes.id', '<', before)
    if (after !== undefined) query = query.where('notes.id', '>', after)
    return query
      .orderBy('notes.id', order)
      .limit(limit + 1)
      .execute()
  }
  let query = db
    .selectFrom('note_tags')
    .innerJoin('notes', 'notes.id', 'note_tags.note_id')
    .select(columns(shorten))
    .where('note_tags.tag', '=', tag)
  if (done !== undefined) query = query.where('note_tags.done', '=', Number(done))
  if (before !== undefined) query = query.where('note_tags.note_id', '<', before)
  if (after !== undefined) query = query.where('note_tags.note_id', '>', after)
  return query
    .orderBy('note_tags.note_id', order)
    .limit(limit + 1)
    .execute()
}

const columns = (shorten: number | undefined) =>
  [
    'notes.id',
    'notes.title',
    // One more than is shown, so that whoever shows it sees that there is more.
    shorten === undefined
      ? ('notes.description' as const)
      : sql<string>`left(notes.description, ${sql.lit(shorten + 1)})`.as('description'),
    'notes.tags',
    'notes.done',
    'notes.version',
    'notes.created_at',
    'notes.updated_at',
  ] as const
