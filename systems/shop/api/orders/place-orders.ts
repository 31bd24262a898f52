import type { Instant, Random } from '@terrace/kit'
import { sql, type Transaction } from 'kysely'
import { itemsOf, toOrder } from '../data/orders.ts'
import type { Tables } from '../data/tables.ts'
import { toSqlTime } from '../dates.ts'
import { type Outgoing, outgoing, toRow } from '../messages/outbox-row.ts'
import type { Order, Shortage } from '../schemas/order.ts'
import type { NewOrder } from './new-order.ts'
import { newOrderId } from './order-id.ts'

/** What became of an order. */
export type Outcome =
  | { readonly kind: 'accepted'; readonly order: Order; readonly replayed: boolean }
  | { readonly kind: 'short'; readonly shortages: readonly Shortage[] }
  | { readonly kind: 'unknown'; readonly productIds: readonly number[] }
  | { readonly kind: 'key-taken' }

/** An order, with where in which trace it was asked for: `traceparent` of W3C. */
export interface AskedOrder extends NewOrder {
  readonly traceparent?: string | undefined
}

export interface Placing {
  readonly random: Random
  readonly now: Instant
}

type ProductRow = Pick<Tables['products'], 'id' | 'name' | 'price_cents' | 'stock'>
type AcceptedRow = Tables['orders']
type ItemRow = Tables['order_items']

/**
 * Decides orders in their turn and stores those that are accepted, each with its items, its key and its outgoing
 * message: everything or, when the transaction fails, nothing of all of them. The products are locked in the order of
 * their ids, so that such transactions wait for one another but never for each other.
 *
 * @returns one outcome for each order, in their order
 * @throws the database's duplicate error when another transaction took one of the keys meanwhile
 */
export async function placeOrders(
  db: Transaction<Tables>,
  orders: readonly AskedOrder[],
  { random, now }: Placing,
): Promise<readonly Outcome[]> {
  const products = await lockProducts(db, orders)
  const earlier = await earlierOrders(db, orders)
  const stock = new Map([...products].map(([id, product]) => [id, product.stock]))
  const rows: AcceptedRow[] = []
  const items: ItemRow[] = []
  const messages: Outgoing[] = []

  const decide = (order: AskedOrder): Outcome => {
    const known = earlier.get(order.requestKey)
    if (known) return known.fingerprint === order.fingerprint ? known.outcome : { kind: 'key-taken' }
    const unknown = order.items.filter(({ productId }) => !products.has(productId))
    if (unknown.length > 0) return { kind: 'unknown', productIds: unknown.map(({ productId }) => productId) }
    const shortages = order.items.flatMap(({ productId, quantity }) => {
      const available = stock.get(productId) ?? 0
      const name = products.get(productId)?.name ?? ''
      return available < quantity ? [{ productId, name, requested: quantity, available }] : []
    })
    if (shortages.length > 0) return { kind: 'short', shortages }
    const id = newOrderId(random)
    const own = order.items.map(({ productId, quantity }): ItemRow => {
      const product = products.get(productId)
      stock.set(productId, (stock.get(productId) ?? 0) - quantity)
      return {
        order_id: id,
        product_id: productId,
        name: product?.name ?? '',
        quantity,
        price_cents: product?.price_cents ?? 0,
      }
    })
    const row: AcceptedRow = {
      id,
      account_id: order.accountId,
      request_key: order.requestKey,
      fingerprint: order.fingerprint,
      state: 'accepted',
      total_cents: own.reduce((sum, { quantity, price_cents }) => sum + quantity * price_cents, 0),
      placed_at: toSqlTime(now),
      confirmed_at: null,
      mail_started_at: null,
      mail_problem: null,
    }
    rows.push(row)
    items.push(...own)
    messages.push(outgoing({ type: 'order', orderId: id }, order.traceparent))
    return { kind: 'accepted', order: toOrder(row, own.map(asItem)), replayed: false }
  }
  const outcomes = orders.map(decide)

  if (rows.length > 0) {
    await db.insertInto('orders').values(rows).execute()
    await db.insertInto('order_items').values(items).execute()
    await db.insertInto('outbox').values(toRow(messages)).execute()
    await takeFromStock(db, items)
  }
  return outcomes
}

async function lockProducts(
  db: Transaction<Tables>,
  orders: readonly NewOrder[],
): Promise<ReadonlyMap<number, ProductRow>> {
  const ids = new Set(orders.flatMap(({ items }) => items.map(({ productId }) => productId)))
  const rows = await db
    .selectFrom('products')
    .select(['id', 'name', 'price_cents', 'stock'])
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forUpdate()
    .execute()
  return new Map(rows.map(row => [row.id, row]))
}

/** The orders that these keys have made already, as they were answered then. */
async function earlierOrders(
  db: Transaction<Tables>,
  orders: readonly NewOrder[],
): Promise<ReadonlyMap<string, { readonly fingerprint: string; readonly outcome: Outcome }>> {
  const rows = await db
    .selectFrom('orders')
    .select(['id', 'request_key', 'fingerprint', 'total_cents', 'placed_at'])
    .where(
      'request_key',
      'in',
      orders.map(({ requestKey }) => requestKey),
    )
    .execute()
  const items = await itemsOf(
    db,
    rows.map(({ id }) => id),
  )
  return new Map(
    rows.map(row => {
      const order = toOrder({ ...row, state: 'accepted', confirmed_at: null }, items.get(row.id) ?? [])
      return [row.request_key, { fingerprint: row.fingerprint, outcome: { kind: 'accepted', order, replayed: true } }]
    }),
  )
}

// All products in one statement. The condition can only fail if the lock above did not hold; then nothing is sold.
async function takeFromStock(db: Transaction<Tables>, items: readonly ItemRow[]): Promise<void> {
  const taken = new Map<number, number>()
  for (const { product_id, quantity } of items) taken.set(product_id, (taken.get(product_id) ?? 0) + quantity)
  const cases = sql.join(
    [...taken].map(([id, quantity]) => sql`when ${sql.lit(id)} then ${sql.lit(quantity)}`),
    sql` `,
  )
  const amount = sql<number>`case id ${cases} end`
  const { numUpdatedRows } = await db
    .updateTable('products')
    .set({ stock: sql<number>`stock - ${amount}` })
    .where('id', 'in', [...taken.keys()])
    .where('stock', '>=', amount)
    .executeTakeFirst()
  if (Number(numUpdatedRows) !== taken.size) throw new Error('the stock changed while it was locked; nothing was sold')
}

const asItem = ({ product_id, name, quantity, price_cents }: ItemRow): Order['items'][number] => ({
  productId: product_id,
  name,
  quantity,
  priceCents: price_cents,
})
