import { type CompiledQuery, type Kysely } from 'kysely'
import type { Note } from '../schemas/note.ts'
import { type NoteRow } from './note-row.ts'
import type { Tables } from './tables.ts'
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
/** The statement behind the first page of all notes, made once: it is asked far more often than all others. */
export declare const compileNewest: (db: Kysely<Tables>, limit: number, shorten: number) => CompiledQuery<NoteRow>
/** The first page of all notes. */
export declare function newestNotes(
  db: Kysely<Tables>,
  compiled: CompiledQuery<NoteRow>,
  limit: number,
): Promise<NotePage>
/** A page of the notes that match. Never counts them all: a page costs what it shows, wherever it begins. */
export declare function listNotes(db: Kysely<Tables>, list: NoteList): Promise<NotePage>
