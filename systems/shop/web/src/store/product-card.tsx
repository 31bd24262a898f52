import { Button, formatMoney } from '@terrace/ui'
import { useServices } from '../api/services.ts'
import type { Product } from '../api/types.ts'
import { useCart } from '../cart/cart.ts'
import { MAX_QUANTITY, quantityOf } from '../cart/cart-lines.ts'
import { text } from '../text.ts'
import { ProductPicture } from './product-picture.tsx'
import { StockBadge } from './stock-badge.tsx'
import styles from './store.module.css'

/** One product: its picture, what it costs, what is left, and the way into the cart. */
export function ProductCard({ product }: { readonly product: Product }) {
  const { cart } = useServices()
  const inCart = quantityOf(useCart(cart), product.id)
  const isAll = inCart >= Math.min(product.stock, MAX_QUANTITY)
  return (
    <article className={styles.card} aria-labelledby={`product-${product.id}`}>
      <ProductPicture product={product} className={styles.picture} />
      <div className={styles.words}>
        <h2 id={`product-${product.id}`} className={styles.name}>
          {product.name}
        </h2>
        <p className={styles.price}>{formatMoney(product.priceCents, product.currency)}</p>
        <div className={styles.stock}>
          <StockBadge stock={product.stock} />
        </div>
        <div className={styles.buy}>
          <Button
            label={text.addToCartLabel(product.name)}
            isDisabled={isAll}
            onPress={() => cart.setQuantity(product.id, inCart + 1)}
          >
            {text.addToCart}
          </Button>
          <p role="status" className={styles.inCart}>
            {inCart > 0 && (isAll && product.stock > 0 ? text.allInCart(inCart) : text.inCart(inCart))}
          </p>
        </div>
      </div>
    </article>
  )
}
