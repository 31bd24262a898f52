import { type Kysely } from 'kysely'
import type { NoteFilter } from './list.ts'
import type { Tables } from './tables.ts'
import type { Search } from './words.ts'
/**
 * The ids of the notes that match, newest first, or from `after` on oldest first: one more than `limit`, so that it
 * shows whether there are more. Both ways of searching find the same.
 */
export declare function searchIds(db: Kysely<Tables>, filter: NoteFilter, search: Search): Promise<readonly number[]>
