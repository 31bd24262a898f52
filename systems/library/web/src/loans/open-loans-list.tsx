import {
  Button,
  DataTable,
  EmptyState,
  ListSearch,
  ListSkeleton,
  Load,
  type Loadable,
  type Sort,
  Toolbar,
} from '@terrace/ui'
import { useMemo } from 'react'
import type { Loan } from '../api/types.ts'
import { explain } from '../explain.ts'
import { useToday } from '../frame/use-today.ts'
import { text } from '../text.ts'
import { type LoanColumn, loanColumns } from './loan-columns.tsx'
import { arrangeLoans, type OpenLoanSort, overdueLoans } from './open-loans.ts'

const COLUMNS = ['book', 'member', 'borrowed', 'due', 'actions'] as const
const SORTABLE = ['book', 'member', 'borrowed', 'due'] as const

export interface OpenLoansListProps {
  readonly loans: Loadable<readonly Loan[]>
  readonly isOverdueOnly: boolean
  readonly q: string
  readonly sort: Sort<OpenLoanSort>
  readonly onSearch: (q: string) => void
  readonly onSort: (sort: Sort<OpenLoanSort>) => void
}

/** Every loan whose book is out, or only those that should be back; searched and sorted here, however many. */
export function OpenLoansList({ loans, isOverdueOnly, q, sort, onSearch, onSort }: OpenLoansListProps) {
  const today = useToday()
  const columns = useMemo(() => loanColumns(COLUMNS, today, SORTABLE), [today])
  const all = useMemo(
    () => loans.data && (isOverdueOnly ? overdueLoans(loans.data, today) : loans.data),
    [loans.data, isOverdueOnly, today],
  )
  const rows = useMemo(() => arrangeLoans(all ?? [], q, sort), [all, q, sort])
  return (
    <>
      <Toolbar>
        <ListSearch label={text.searchLoans} placeholder={text.searchLoansShort} q={q} onSearch={onSearch} />
      </Toolbar>
      <Load of={loans} failure={text.loansFailure} explain={explain} skeleton={<ListSkeleton />}>
        {() =>
          all?.length === 0 ? (
            <EmptyState icon="check" title={isOverdueOnly ? text.noOverdueLoans : text.noCurrentLoans}>
              {isOverdueOnly ? text.noOverdueLoansText : text.noCurrentLoansText}
            </EmptyState>
          ) : rows.length === 0 ? (
            <EmptyState
              icon="search"
              title={text.noLoansFound}
              action={<Button onPress={() => onSearch('')}>{text.clearSearch}</Button>}
            >
              {text.noLoansFoundText}
            </EmptyState>
          ) : (
            <DataTable<Loan, LoanColumn>
              label={isOverdueOnly ? text.overdueLoans : text.currentLoans}
              columns={columns}
              rows={rows}
              rowKey={loan => loan.id}
              sort={sort}
              onSort={({ column, direction }) => {
                const chosen = SORTABLE.find(candidate => candidate === column)
                if (chosen) onSort({ column: chosen, direction })
              }}
            />
          )
        }
      </Load>
    </>
  )
}
