import type { Kysely, SelectQueryBuilder } from 'kysely'
import { CURRENCY } from '../catalogue.ts'
import { fromSqlTime } from '../dates.ts'
import { orderNumber } from '../orders/order-id.ts'
import type { Order } from '../schemas/order.ts'
import type { OrderState, Tables } from './tables.ts'

const COLUMNS = ['id', 'account_id', 'state', 'total_cents', 'placed_at', 'confirmed_at'] as const

type OrderRow = Pick<Tables['orders'], (typeof COLUMNS)[number]>

/** Which orders, and which page of them. */
export interface OrderFilter {
  readonly accountId?: number
  readonly state?: OrderState | undefined
}

/** Newest first. */
export async function findOrders(
  db: Kysely<Tables>,
  filter: OrderFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<Order[]> {
  const rows = await matching(db.selectFrom('orders'), filter)
    .select(COLUMNS)
    .orderBy('placed_at', 'desc')
    .orderBy('id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return withItems(db, rows)
}

export async function countOrders(db: Kysely<Tables>, filter: OrderFilter): Promise<number> {
  const row = await matching(db.selectFrom('orders'), filter)
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return Number(row.total)
}

/** How many orders there are of each state. */
export async function ordersByState(db: Kysely<Tables>): Promise<Record<OrderState, number>> {
  const rows = await db
    .selectFrom('orders')
    .select(['state', ({ fn }) => fn.countAll<number>().as('total')])
    .groupBy('state')
    .execute()
  const counts = { accepted: 0, confirmed: 0 }
  for (const { state, total } of rows) counts[state] = Number(total)
  return counts
}

/** An account's own order; another's is not found. */
export async function orderOf(db: Kysely<Tables>, accountId: number, id: string): Promise<Order | undefined> {
  const rows = await db
    .selectFrom('orders')
    .select(COLUMNS)
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .execute()
  const [order] = await withItems(db, rows)
  return order
}

/** The problem that the mail of each of these orders had the last time. */
export async function mailProblems(
  db: Kysely<Tables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('orders')
    .select(['id', 'mail_problem'])
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map(({ id, mail_problem }) => [id, mail_problem]))
}

/** The items of orders, by order, in the order of the catalogue. */
export async function itemsOf(
  db: Kysely<Tables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Order['items']>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('order_items')
    .select(['order_id', 'product_id', 'name', 'quantity', 'price_cents'])
    .where('order_id', 'in', [...ids])
    .orderBy('order_id')
    .orderBy('product_id')
    .execute()
  const items = new Map<string, Order['items'][number][]>(ids.map(id => [id, []]))
  for (const { order_id, product_id, name, quantity, price_cents } of rows)
    items.get(order_id)?.push({ productId: product_id, name, quantity, priceCents: price_cents })
  return items
}

export async function withItems(db: Kysely<Tables>, rows: readonly OrderRow[]): Promise<Order[]> {
  const items = await itemsOf(
    db,
    rows.map(({ id }) => id),
  )
  return rows.map(row => toOrder(row, items.get(row.id) ?? []))
}

/** An order as clients see it. */
export const toOrder = (row: Omit<OrderRow, 'account_id'>, items: Order['items']): Order => ({
  id: row.id,
  number: orderNumber(row.id),
  state: row.state,
  items,
  totalCents: row.total_cents,
  currency: CURRENCY,
  placedAt: fromSqlTime(row.placed_at),
  confirmedAt: row.confirmed_at === null ? null : fromSqlTime(row.confirmed_at),
})

function matching<Output>(
  orders: SelectQueryBuilder<Tables, 'orders', Output>,
  { accountId, state }: OrderFilter,
): SelectQueryBuilder<Tables, 'orders', Output> {
  let query = orders
  if (accountId !== undefined) query = query.where('account_id', '=', accountId)
  if (state !== undefined) query = query.where('state', '=', state)
  return query
}

/** Marks confirmed what isn't yet, in one statement. */
export async function confirmOrders(db: Kysely<Tables>, ids: readonly string[], confirmed_at: string): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('orders')
    .set({ state: 'confirmed', confirmed_at, mail_problem: null })
    .where('id', 'in', [...ids])
    .where('state', '=', 'accepted')
    .execute()
}
