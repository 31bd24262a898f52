import { Badge } from '@terrace/ui'
import type { Order } from '../api/types.ts'
import { text } from '../text.ts'

/** Accepted: reserved, the mail is on its way. Confirmed: the mail was sent. */
export const OrderStateBadge = ({ order }: { readonly order: Pick<Order, 'state'> }) =>
  order.state === 'confirmed' ? (
    <Badge state="good">{text.confirmed}</Badge>
  ) : (
    <Badge state="info">{text.accepted}</Badge>
  )
