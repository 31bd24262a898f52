import { useQuery } from '@tanstack/react-query'
import { EmptyState, Link, ListSkeleton, Load, PageTitle } from '@terrace/ui'
import { useEffect, useRef, useState } from 'react'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'
import styles from './cart.module.css'
import { useCart } from './cart.ts'
import { CartLine } from './cart-line.tsx'
import { Checkout } from './checkout.tsx'

/** What is in the cart, and the way to order it. */
export function CartPage() {
  const { api, cart } = useServices()
  const lines = useCart(cart)
  const products = useQuery(ask.products(api))
  const list = useRef<HTMLUListElement>(null)
  const [refusals, setRefusals] = useState(0)
  useEffect(() => {
    if (refusals > 0) list.current?.querySelector<HTMLElement>('[data-short] button')?.focus()
  }, [refusals])
  return (
    <>
      <PageTitle application={text.application}>{text.cart}</PageTitle>
      {lines.length === 0 ? (
        <EmptyState icon="cart" title={text.emptyCart} action={<Link href="/">{text.toStore}</Link>}>
          {text.emptyCartText}
        </EmptyState>
      ) : (
        <Load of={products} failure={text.productsFailure} explain={explain} skeleton={<ListSkeleton rows={3} />}>
          {all => (
            <div className={styles.columns}>
              <ul ref={list} className={styles.lines} aria-label={text.cart}>
                {lines.map(line => (
                  <CartLine key={line.productId} line={line} product={all.find(({ id }) => id === line.productId)} />
                ))}
              </ul>
              <Checkout lines={lines} products={all} onRefused={() => setRefusals(count => count + 1)} />
            </div>
          )}
        </Load>
      )}
    </>
  )
}
