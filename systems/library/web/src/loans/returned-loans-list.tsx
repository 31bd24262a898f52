import { useQuery } from '@tanstack/react-query'
import { DataTable, EmptyState, ListSkeleton, Load, Pagination } from '@terrace/ui'
import { useMemo } from 'react'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import type { Loan } from '../api/types.ts'
import { PAGE_SIZE } from '../books/book-list-spec.ts'
import { explain } from '../explain.ts'
import { useToday } from '../frame/use-today.ts'
import { text } from '../text.ts'
import { type LoanColumn, loanColumns } from './loan-columns.tsx'

const COLUMNS = ['book', 'member', 'borrowed', 'due', 'returned', 'fine'] as const

export interface ReturnedLoansListProps {
  readonly page: number
  readonly onPage: (page: number) => void
}

/** Loans whose book came back, the newest loan first. */
export function ReturnedLoansList({ page, onPage }: ReturnedLoansListProps) {
  const { api } = useServices()
  const today = useToday()
  const loans = useQuery(ask.loans(api, { open: false, limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE }))
  const columns = useMemo(() => loanColumns(COLUMNS, today), [today])
  return (
    <Load of={loans} failure={text.historyFailure} explain={explain} skeleton={<ListSkeleton />}>
      {({ rows, total }) =>
        rows.length === 0 ? (
          <EmptyState icon="clock" title={text.noReturnedLoans}>
            {text.noReturnedLoansText}
          </EmptyState>
        ) : (
          <>
            <DataTable<Loan, LoanColumn>
              label={text.returnedLoans}
              columns={columns}
              rows={rows}
              rowKey={loan => loan.id}
              isStale={loans.isPlaceholderData}
            />
            <Pagination page={page} pageSize={PAGE_SIZE} total={total} onPage={onPage} />
          </>
        )
      }
    </Load>
  )
}
