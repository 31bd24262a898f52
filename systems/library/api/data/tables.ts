import type { IdempotencyTable } from '@terrace/service'
import type { Generated } from 'kysely'

/** The schema that the migrations make. Days are `2026-01-31`, moments `2026-01-31 12:00:00.000`, both in UTC. */
export interface Tables extends IdempotencyTable {
  readonly users: {
    readonly id: Generated<number>
    readonly name: string
    /** The name as `uniqueKey` makes it; no two users have the same. */
    readonly name_key: string
    /** The name as `searchKey` makes it. */
    readonly search_key: string
    readonly total_fines: Generated<number>
    /** How many books the user has: what the limit is checked against, in one statement. */
    readonly books_out: Generated<number>
  }
  readonly books: {
    readonly id: Generated<number>
    readonly title: string
    readonly author: string
    readonly title_key: string
    readonly author_key: string
    /** Null when it is available. */
    readonly borrowed_by_id: number | null
    readonly due_date: string | null
  }
  /** History: names and titles as they were, and no reference, so that it outlives books and users. */
  readonly loans: {
    readonly id: Generated<number>
    readonly book_id: number
    readonly book_title: string
    readonly user_id: number
    readonly user_name: string
    readonly borrowed_at: string
    readonly due_date: string
    /** Null while it is out. */
    readonly returned_at: string | null
    readonly fine: Generated<number>
  }
}
