import type { Kysely, SelectQueryBuilder } from 'kysely'
import { fromSqlTime } from '../dates.ts'
import type { Loan, LoanQuery } from '../schemas/loan.ts'
import type { Tables } from './tables.ts'

type LoanFilter = Pick<LoanQuery, 'user_id' | 'book_id' | 'open'>

/** Newest first. */
export async function findLoans(db: Kysely<Tables>, query: LoanQuery): Promise<Loan[]> {
  const rows = await matching(db.selectFrom('loans'), query)
    .selectAll()
    .orderBy('id', 'desc')
    .limit(query.limit)
    .offset(query.offset)
    .execute()
  return rows.map(row => ({
    ...row,
    borrowed_at: fromSqlTime(row.borrowed_at),
    returned_at: row.returned_at === null ? null : fromSqlTime(row.returned_at),
  }))
}

export async function countLoans(db: Kysely<Tables>, filter: LoanFilter): Promise<number> {
  const row = await matching(db.selectFrom('loans'), filter)
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return Number(row.total)
}

function matching<Output>(
  loans: SelectQueryBuilder<Tables, 'loans', Output>,
  { user_id, book_id, open }: LoanFilter,
): SelectQueryBuilder<Tables, 'loans', Output> {
  let query = loans
  if (user_id !== undefined) query = query.where('user_id', '=', user_id)
  if (book_id !== undefined) query = query.where('book_id', '=', book_id)
  if (open !== undefined) query = query.where('returned_at', open ? 'is' : 'is not', null)
  return query
}
