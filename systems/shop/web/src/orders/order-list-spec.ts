import type { ListSpec } from '@terrace/ui'

/** Which orders one looks at. */
export type OrderFilter = 'all' | 'accepted' | 'confirmed'

/** What a list of orders offers; the API sorts them, the newest first. */
export const ORDER_LIST: ListSpec<'placed', OrderFilter> = {
  columns: ['placed'],
  defaultSort: { column: 'placed', direction: 'descending' },
  filters: ['all', 'accepted', 'confirmed'],
  defaultFilter: 'all',
}

/** Orders on a page. */
export const PAGE_SIZE = 25

/** What to ask the API for. `page` counts from 1. */
export const ordersQuery = ({ filter, page }: { readonly filter: OrderFilter; readonly page: number }) => ({
  state: filter === 'all' ? undefined : filter,
  limit: PAGE_SIZE,
  offset: (page - 1) * PAGE_SIZE,
})
