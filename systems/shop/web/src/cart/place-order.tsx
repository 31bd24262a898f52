import { Banner, Button } from '@terrace/ui'
import type { Account } from '../api/types.ts'
import { text } from '../text.ts'
import styles from './cart.module.css'
import type { CartLines } from './cart-lines.ts'
import { usePlaceOrder } from './use-place-order.ts'

export interface PlaceOrderProps {
  readonly account: Account
  readonly lines: CartLines
  readonly onRefused: () => void
}

/** The button that orders, for whom, and what became of it when it did not. */
export function PlaceOrder({ account, lines, onRefused }: PlaceOrderProps) {
  const { place, isPending, failure } = usePlaceOrder(account, onRefused)
  return (
    <>
      <p className={styles.note}>
        {text.orderAs(account.name)} {text.confirmationTo(account.email)}
      </p>
      {failure !== undefined && (
        <div role="alert">
          <Banner state="bad">{failure}</Banner>
        </div>
      )}
      <Button look="primary" isPending={isPending} onPress={() => void place(lines)}>
        {text.placeOrder}
      </Button>
    </>
  )
}
