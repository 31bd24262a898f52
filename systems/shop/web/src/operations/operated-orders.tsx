import { useQuery } from '@tanstack/react-query'
import {
  type Column,
  DataTable,
  EmptyState,
  formatMoney,
  formatNumber,
  InstantText,
  ListSkeleton,
  Load,
  Pagination,
  SegmentedControl,
  Toolbar,
} from '@terrace/ui'
import { useState } from 'react'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { type OrderFilter, ordersQuery, PAGE_SIZE } from '../orders/order-list-spec.ts'
import { OrderStateBadge } from '../orders/order-state.tsx'
import { text } from '../text.ts'
import { askOperations, type OperatedOrder } from './operations-api.ts'

type OrderColumn = 'number' | 'placed' | 'total' | 'mail' | 'state'

const columns: readonly Column<OperatedOrder, OrderColumn>[] = [
  { id: 'number', header: text.orderNumber, cell: order => order.number, width: '14rem', card: 'title' },
  { id: 'placed', header: text.placedAt, cell: order => <InstantText instant={order.placedAt} />, width: '10rem' },
  {
    id: 'total',
    header: text.total,
    cell: order => formatMoney(order.totalCents, order.currency),
    align: 'end',
    width: '9rem',
  },
  { id: 'mail', header: text.mail, cell: order => order.mailProblem ?? text.mailFine },
  {
    id: 'state',
    header: text.state,
    cell: order => <OrderStateBadge order={order} />,
    width: '9rem',
    card: 'corner',
  },
]

/** All orders by state, the newest first, live. */
export function OperatedOrders() {
  const { api } = useServices()
  const [{ filter, page }, look] = useState<{ filter: OrderFilter; page: number }>({ filter: 'all', page: 1 })
  const orders = useQuery(askOperations.orders(api, ordersQuery({ filter, page })))
  const counts = orders.data?.counts
  const label = (name: string, count: number | undefined) =>
    count === undefined ? name : `${name} ${formatNumber(count)}`
  return (
    <>
      <Toolbar>
        <SegmentedControl<OrderFilter>
          label={text.show}
          value={filter}
          onChange={next => look({ filter: next, page: 1 })}
          options={[
            { value: 'all', label: label(text.showAll, counts && counts.accepted + counts.confirmed) },
            { value: 'accepted', label: label(text.accepted, counts?.accepted) },
            { value: 'confirmed', label: label(text.confirmed, counts?.confirmed) },
          ]}
        />
      </Toolbar>
      <Load of={orders} failure={text.allOrdersFailure} explain={explain} skeleton={<ListSkeleton />}>
        {({ rows, total }) =>
          total === 0 ? (
            <EmptyState icon="box" title={filter === 'all' ? text.noOrdersAtAll : text.noOrdersOfState}>
              {filter === 'all' ? text.noOrdersAtAllText : text.noOrdersOfStateText}
            </EmptyState>
          ) : (
            <>
              <DataTable<OperatedOrder, OrderColumn>
                label={text.orders}
                columns={columns}
                rows={rows}
                rowKey={order => order.id}
                isStale={orders.isPlaceholderData}
              />
              <Pagination
                page={page}
                pageSize={PAGE_SIZE}
                total={total}
                onPage={next => look({ filter, page: next })}
              />
            </>
          )
        }
      </Load>
    </>
  )
}
