import { useQuery } from '@tanstack/react-query'
import { formatNumber, PageTitle, Tabs } from '@terrace/ui'
import { useSearchParams } from 'react-router'
import { useServices } from '../api/services.ts'
import { text } from '../text.ts'
import { DeadLetters } from './dead-letters.tsx'
import { OperatedOrders } from './operated-orders.tsx'
import { askOperations } from './operations-api.ts'
import { Stock } from './stock.tsx'

const VIEWS = ['stock', 'orders', 'dead-letters'] as const

type View = (typeof VIEWS)[number]

/** What an operator looks after: stock, orders and what the worker gave up. */
export function OperationsPage() {
  const { api } = useServices()
  const [params, setParams] = useSearchParams()
  const view = VIEWS.find(candidate => candidate === params.get('view')) ?? 'stock'
  const letters = useQuery(askOperations.deadLetters(api))
  return (
    <>
      <PageTitle application={text.application}>{text.operations}</PageTitle>
      <Tabs<View>
        label={text.operations}
        value={view}
        onChange={next => setParams(next === 'stock' ? {} : { view: next })}
        tabs={[
          { value: 'stock', label: text.stock },
          { value: 'orders', label: text.orders },
          { value: 'dead-letters', label: text.deadLetters, count: letters.data && formatNumber(letters.data.total) },
        ]}
      >
        {view === 'stock' ? <Stock /> : view === 'orders' ? <OperatedOrders /> : <DeadLetters letters={letters} />}
      </Tabs>
    </>
  )
}
