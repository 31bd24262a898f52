import type { Instant } from '@terrace/kit'
import type { Note } from '../schemas/note.ts'
import type { NoteColumns } from './tables.ts'
export type NoteRow = NoteColumns & {
  readonly id: number
}
/** A row as clients and pages see it. */
export declare const toNote: (row: NoteRow) => Note
/** A moment as the database has it: `2026-01-31 12:00:00.000`, in UTC. */
export declare const databaseMoment: (instant: Instant) => string
