import { type Column, DataTable, Facts, formatMoney, formatNumber, Icon, InstantText, Part } from '@terrace/ui'
import type { Order, OrderItem } from '../api/types.ts'
import { text } from '../text.ts'
import { OrderStateBadge } from './order-state.tsx'
import styles from './orders.module.css'

type ItemColumn = 'product' | 'quantity' | 'price' | 'sum'

const itemColumns = (currency: string): readonly Column<OrderItem, ItemColumn>[] => [
  { id: 'product', header: text.product, cell: item => item.name, card: 'title' },
  { id: 'quantity', header: text.quantity, cell: item => formatNumber(item.quantity), align: 'end', width: '8rem' },
  {
    id: 'price',
    header: text.price,
    cell: item => formatMoney(item.priceCents, currency),
    align: 'end',
    width: '9rem',
  },
  {
    id: 'sum',
    header: text.sum,
    cell: item => formatMoney(item.quantity * item.priceCents, currency),
    align: 'end',
    width: '9rem',
  },
]

const columns = itemColumns('EUR')

/** What was ordered, what it cost, and what became of it. @param email  where the confirmation goes */
export function OrderDetails({ order, email }: { readonly order: Order; readonly email: string }) {
  const isConfirmed = order.state === 'confirmed'
  return (
    <>
      <p role="status" className={styles.progress} data-state={order.state}>
        <Icon name={isConfirmed ? 'check' : 'clock'} />
        <span>{isConfirmed ? text.confirmedText(email) : text.acceptedText(email)}</span>
      </p>
      <Facts
        facts={[
          [text.state, <OrderStateBadge key="state" order={order} />],
          [text.total, formatMoney(order.totalCents, order.currency)],
          [text.placedAt, <InstantText key="placed" instant={order.placedAt} />],
          [
            text.confirmedAt,
            order.confirmedAt === null ? text.notYet : <InstantText key="confirmed" instant={order.confirmedAt} />,
          ],
        ]}
      />
      <Part title={text.items}>
        <DataTable<OrderItem, ItemColumn>
          label={text.items}
          columns={order.currency === 'EUR' ? columns : itemColumns(order.currency)}
          rows={order.items}
          rowKey={item => item.productId}
        />
      </Part>
    </>
  )
}
