import { formatMoney } from '@terrace/ui'
import { Entrance } from '../account/entrance.tsx'
import { WithAccount } from '../account/with-account.tsx'
import type { Product } from '../api/types.ts'
import { text } from '../text.ts'
import styles from './cart.module.css'
import { type CartLines, quantityOf } from './cart-lines.ts'
import { PlaceOrder } from './place-order.tsx'

export interface CheckoutProps {
  readonly lines: CartLines
  readonly products: readonly Product[]
  /** The order was refused for lack of stock, which the lines now tell. */
  readonly onRefused: () => void
}

/** What it costs, and the button that orders it; on the way there one logs in or signs up, without leaving the cart. */
export function Checkout({ lines, products, onRefused }: CheckoutProps) {
  const total = products.reduce((sum, { id, priceCents }) => sum + quantityOf(lines, id) * priceCents, 0)
  return (
    <section className={styles.checkout} aria-label={text.summary}>
      <p className={styles.total}>
        <span>{text.total}</span>
        <strong>{formatMoney(total, products[0]?.currency ?? 'EUR')}</strong>
      </p>
      <WithAccount
        otherwise={
          <>
            <p className={styles.note}>{text.logInToOrder}</p>
            <Entrance way="logIn" />
          </>
        }
      >
        {account => <PlaceOrder account={account} lines={lines} onRefused={onRefused} />}
      </WithAccount>
    </section>
  )
}
