import { useQuery } from '@tanstack/react-query'
import { formatNumber, type ListSpec, PageTitle, Tabs, useListState } from '@terrace/ui'
import { useSearchParams } from 'react-router'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import { useToday } from '../frame/use-today.ts'
import { text } from '../text.ts'
import { type OpenLoanSort, overdueLoans } from './open-loans.ts'
import { OpenLoansList } from './open-loans-list.tsx'
import { ReturnedLoansList } from './returned-loans-list.tsx'

export type LoanFilter = 'current' | 'overdue' | 'returned'

const SPEC: ListSpec<OpenLoanSort, LoanFilter> = {
  columns: ['book', 'member', 'borrowed', 'due'],
  defaultSort: { column: 'due', direction: 'ascending' },
  filters: ['current', 'overdue', 'returned'],
  defaultFilter: 'current',
}

/** What is out, what should be back, what came back. */
export function LoansPage() {
  const { api } = useServices()
  const today = useToday()
  const [state, update] = useListState(useSearchParams(), SPEC)
  const open = useQuery(ask.openLoans(api))
  const count = (loans: readonly unknown[] | undefined) =>
    loans === undefined ? undefined : formatNumber(loans.length)
  return (
    <>
      <PageTitle application={text.application}>{text.loans}</PageTitle>
      <Tabs<LoanFilter>
        label={text.loans}
        value={state.filter}
        onChange={filter => update({ filter })}
        tabs={[
          { value: 'current', label: text.current, count: count(open.data) },
          { value: 'overdue', label: text.overdue, count: count(open.data && overdueLoans(open.data, today)) },
          { value: 'returned', label: text.returnedLoans },
        ]}
      >
        {state.filter === 'returned' ? (
          <ReturnedLoansList page={state.page} onPage={page => update({ page })} />
        ) : (
          <OpenLoansList
            loans={open}
            isOverdueOnly={state.filter === 'overdue'}
            q={state.q}
            sort={state.sort}
            onSearch={q => update({ q })}
            onSort={sort => update({ sort })}
          />
        )}
      </Tabs>
    </>
  )
}
