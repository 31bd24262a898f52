import { useQuery } from '@tanstack/react-query'
import {
  DataTable,
  EmptyState,
  Link,
  ListSkeleton,
  Load,
  Pagination,
  SegmentedControl,
  Toolbar,
  useListState,
} from '@terrace/ui'
import { useSearchParams } from 'react-router'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import type { Order } from '../api/types.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'
import { type OrderColumn, orderColumns } from './order-columns.tsx'
import { ORDER_LIST, type OrderFilter, ordersQuery, PAGE_SIZE } from './order-list-spec.ts'

/** One's own orders, the newest first. */
export function OrdersList({ accountId }: { readonly accountId: number }) {
  const { api } = useServices()
  const [state, update] = useListState(useSearchParams(), ORDER_LIST)
  const orders = useQuery(ask.orders(api, accountId, ordersQuery(state)))
  return (
    <>
      <Toolbar>
        <SegmentedControl<OrderFilter>
          label={text.show}
          value={state.filter}
          onChange={filter => update({ filter })}
          options={[
            { value: 'all', label: text.showAll },
            { value: 'accepted', label: text.accepted },
            { value: 'confirmed', label: text.confirmed },
          ]}
        />
      </Toolbar>
      <Load of={orders} failure={text.ordersFailure} explain={explain} skeleton={<ListSkeleton />}>
        {({ rows, total }) =>
          total === 0 ? (
            state.filter === 'all' ? (
              <EmptyState icon="box" title={text.noOrders} action={<Link href="/">{text.toStore}</Link>}>
                {text.noOrdersText}
              </EmptyState>
            ) : (
              <EmptyState icon="search" title={text.noOrdersOfState}>
                {text.noOrdersOfStateText}
              </EmptyState>
            )
          ) : (
            <>
              <DataTable<Order, OrderColumn>
                label={text.orders}
                columns={orderColumns}
                rows={rows}
                rowKey={order => order.id}
                isStale={orders.isPlaceholderData}
              />
              <Pagination page={state.page} pageSize={PAGE_SIZE} total={total} onPage={page => update({ page })} />
            </>
          )
        }
      </Load>
    </>
  )
}
