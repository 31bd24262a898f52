import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { decode } from '@terrace/ui'
import type { OrdersQuery, Page, ShopApi } from '../api/shop-api.ts'
import { type Order, orderFields } from '../api/types.ts'

/** What is left of a product. */
export interface StockLevel {
  readonly productId: number
  readonly name: string
  readonly slug: string
  readonly stock: number
}

/** An order, and why its mail could not be sent the last time. */
export interface OperatedOrder extends Order {
  readonly mailProblem: string | null
}

/** Orders, and how many there are of each state. */
export interface OrdersByState extends Page<OperatedOrder> {
  readonly counts: { readonly accepted: number; readonly confirmed: number }
}

/** A message that the worker gave up. `sentAt` is an ISO instant. */
export interface DeadLetter {
  readonly id: string
  readonly orderNumber: string | null
  readonly reason: string | null
  readonly sentAt: string
}

type Plain<T> = { [Name in keyof T]: T[Name] }

const { list, nullable, number, object, text } = decode

const levelOf = object<Plain<StockLevel>>({ productId: number, name: text, slug: text, stock: number })

const byStateOf = object<{ counts: OrdersByState['counts']; orders: readonly OperatedOrder[] }>({
  counts: object<{ accepted: number; confirmed: number }>({ accepted: number, confirmed: number }),
  orders: list(object<Plain<OperatedOrder>>({ ...orderFields, mailProblem: nullable(text) })),
})

const letterOf = object<Plain<DeadLetter>>({
  id: text,
  orderNumber: nullable(text),
  reason: nullable(text),
  sentAt: text,
})

/** How often what is in sight is looked at again, milliseconds. */
const LIVE_MS = 1_000

/** The questions of the operator's page. What is in sight is asked for again each second. */
export const askOperations = {
  stock: (api: ShopApi) =>
    queryOptions({
      queryKey: ['operations', 'stock'],
      queryFn: ({ signal }) => api.read('/api/operations/stock', list(levelOf), signal),
      refetchInterval: LIVE_MS,
    }),
  orders: (api: ShopApi, query: OrdersQuery) =>
    queryOptions({
      queryKey: ['operations', 'orders', query],
      queryFn: async ({ signal }): Promise<OrdersByState> => {
        const { value, total } = await api.page('/api/operations/orders', byStateOf, query, signal)
        return { rows: value.orders, counts: value.counts, total }
      },
      placeholderData: keepPreviousData,
      refetchInterval: LIVE_MS,
    }),
  deadLetters: (api: ShopApi) =>
    queryOptions({
      queryKey: ['operations', 'deadLetters'],
      queryFn: async ({ signal }): Promise<Page<DeadLetter>> => {
        const { value, total } = await api.page('/api/operations/dead-letters', list(letterOf), {}, signal)
        return { rows: value, total }
      },
      refetchInterval: 2 * LIVE_MS,
    }),
}

/** Sets what is in stock of a product. */
export const setStock = (api: ShopApi, productId: number, stock: number): Promise<StockLevel> =>
  api.write('PUT', `/api/operations/stock/${productId}`, levelOf, { body: { stock } })

/** Puts a dead letter back on the queue. */
export const retryDeadLetter = (api: ShopApi, id: string): Promise<undefined> =>
  api.write('POST', `/api/operations/dead-letters/${encodeURIComponent(id)}/retry`, decode.nothing)
