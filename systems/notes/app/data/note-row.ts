import type { Instant } from '@terrace/kit'
import type { Note } from '../schemas/note.ts'
import type { NoteColumns } from './tables.ts'

export type NoteRow = NoteColumns & { readonly id: number }

/** A row as clients and pages see it. */
export const toNote = (row: NoteRow): Note => ({
  id: row.id,
  title: row.title,
  description: row.description,
  tags: row.tags === '' ? [] : row.tags.split(','),
  done: row.done === 1,
  version: row.version,
  created_at: isoMoment(row.created_at),
  updated_at: isoMoment(row.updated_at),
})

/** A moment as the database has it: `2026-01-31 12:00:00.000`, in UTC. */
export const databaseMoment = (instant: Instant): string =>
  new Date(instant).toISOString().replace('T', ' ').replace('Z', '')

const isoMoment = (text: string): string => `${text.replace(' ', 'T')}Z`
