import { useQuery } from '@tanstack/react-query'
import { DataTable, EmptyState, ListSkeleton, Load, Pagination, Part } from '@terrace/ui'
import { useMemo, useState } from 'react'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import type { Loan } from '../api/types.ts'
import { PAGE_SIZE } from '../books/book-list-spec.ts'
import { explain } from '../explain.ts'
import { useToday } from '../frame/use-today.ts'
import { text } from '../text.ts'
import { type LoanColumn, loanColumns } from './loan-columns.tsx'

/** The loans of one book or of one member, newest first. */
export function LoanHistory({ of }: { readonly of: { readonly book_id: number } | { readonly user_id: number } }) {
  const { api } = useServices()
  const [page, setPage] = useState(1)
  const today = useToday()
  const loans = useQuery(ask.loans(api, { ...of, limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE }))
  const isOfBook = 'book_id' in of
  const columns = useMemo(
    () =>
      loanColumns(
        isOfBook ? ['member', 'borrowed', 'due', 'returned', 'fine'] : ['book', 'borrowed', 'due', 'returned', 'fine'],
        today,
      ),
    [isOfBook, today],
  )
  return (
    <Part title={text.loanHistory}>
      <Load of={loans} failure={text.historyFailure} explain={explain} skeleton={<ListSkeleton rows={3} />}>
        {({ rows, total }) =>
          rows.length === 0 ? (
            <EmptyState icon="clock" title={text.noHistory}>
              {text.noHistoryText}
            </EmptyState>
          ) : (
            <>
              <DataTable<Loan, LoanColumn>
                label={text.loanHistory}
                columns={columns}
                rows={rows}
                rowKey={loan => loan.id}
                isStale={loans.isPlaceholderData}
              />
              <Pagination page={page} pageSize={PAGE_SIZE} total={total} onPage={setPage} />
            </>
          )
        }
      </Load>
    </Part>
  )
}
