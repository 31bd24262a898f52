import { type Column, formatMoney, formatNumber, InstantText, Link } from '@terrace/ui'
import type { Order } from '../api/types.ts'
import { text } from '../text.ts'
import { OrderStateBadge } from './order-state.tsx'

export type OrderColumn = 'number' | 'placed' | 'items' | 'total' | 'state'

/** One's own orders, each leading to its page. */
export const orderColumns: readonly Column<Order, OrderColumn>[] = [
  {
    id: 'number',
    header: text.orderNumber,
    cell: order => (
      <Link href={`/orders/${order.id}`} look="title">
        {order.number}
      </Link>
    ),
    card: 'title',
  },
  { id: 'placed', header: text.placedAt, cell: order => <InstantText instant={order.placedAt} />, width: '10rem' },
  { id: 'items', header: text.items, cell: order => formatNumber(countItems(order)), align: 'end', width: '7rem' },
  {
    id: 'total',
    header: text.total,
    cell: order => formatMoney(order.totalCents, order.currency),
    align: 'end',
    width: '9rem',
  },
  {
    id: 'state',
    header: text.state,
    cell: order => <OrderStateBadge order={order} />,
    width: '9rem',
    card: 'corner',
  },
]

const countItems = ({ items }: Order): number => items.reduce((sum, { quantity }) => sum + quantity, 0)
