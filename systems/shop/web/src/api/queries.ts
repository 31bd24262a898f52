import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { OrdersQuery, ShopApi } from './shop-api.ts'

/** What somebody may see of an account is remembered under its id, and forgotten when somebody else logs in. */
export const mine = (accountId: number) => ['mine', accountId] as const

/** An order that isn't confirmed is looked at again this often, milliseconds. */
const ORDER_MS = 1_000

/** The questions that the store's views ask, each with the name it is remembered under. */
export const ask = {
  session: (api: ShopApi) => queryOptions({ queryKey: ['session'], queryFn: ({ signal }) => api.session(signal) }),
  /** Stock is honest only when it is fresh. */
  products: (api: ShopApi) =>
    queryOptions({ queryKey: ['products'], queryFn: ({ signal }) => api.products(signal), refetchInterval: 10_000 }),
  orders: (api: ShopApi, accountId: number, query: OrdersQuery) =>
    queryOptions({
      queryKey: [...mine(accountId), 'orders', query],
      queryFn: ({ signal }) => api.orders(query, signal),
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) => (state.data?.rows.some(isUnconfirmed) ? 3 * ORDER_MS : false),
    }),
  order: (api: ShopApi, accountId: number, id: string) =>
    queryOptions({
      queryKey: [...mine(accountId), 'order', id],
      queryFn: ({ signal }) => api.order(id, signal),
      refetchInterval: ({ state }) => (state.data && isUnconfirmed(state.data) ? ORDER_MS : false),
    }),
}

const isUnconfirmed = (order: { readonly state: string }): boolean => order.state === 'accepted'
