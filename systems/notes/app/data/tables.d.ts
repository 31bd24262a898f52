import type { IdempotencyTable } from '@terrace/service'
import type { Generated } from 'kysely'
/** What a note is made of. Moments are `2026-01-31 12:00:00.000`, in UTC. */
export interface NoteColumns {
  readonly title: string
  readonly description: string
  /** `home,shopping`: for showing them; `note_tags` has them for finding. */
  readonly tags: string
  /** 0 or 1. */
  readonly done: number
  /** Counts the changes of the text: who changes an older version is told. */
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}
/** The schema that the migrations make. */
export interface Tables extends IdempotencyTable {
  readonly notes: NoteColumns & {
    readonly id: Generated<number>
  }
  /** One row for each tag of a note, with the note's `done`, so that both filters are one index. */
  readonly note_tags: {
    readonly tag: string
    readonly note_id: number
    readonly done: number
  }
  /** What the search looks through: `searchWords` of title, description and tags. */
  readonly note_words: {
    readonly note_id: number
    readonly words: string
  }
  /** Notes that were removed, for as long as that can be undone. */
  readonly removed_notes: NoteColumns & {
    readonly id: number
    readonly removed_at: string
  }
}
