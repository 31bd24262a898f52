import { Button, focusHeading, formatMoney, NumberField, showUndo } from '@terrace/ui'
import { useServices } from '../api/services.ts'
import type { Product, Wanted } from '../api/types.ts'
import { ProductPicture } from '../store/product-picture.tsx'
import { StockBadge } from '../store/stock-badge.tsx'
import { text } from '../text.ts'
import styles from './cart.module.css'
import { MAX_QUANTITY } from './cart-lines.ts'

export interface CartLineProps {
  readonly line: Wanted
  /** Undefined when it isn't sold any more. */
  readonly product: Product | undefined
}

/** One product of the cart. When there isn't as much of it, it says what there is, and takes that at one press. */
export function CartLine({ line, product }: CartLineProps) {
  const { cart, toasts } = useServices()
  const { productId, quantity } = line
  const name = product?.name ?? text.unknownProduct(productId)
  const left = product?.stock ?? 0
  const isShort = quantity > left
  const remove = () => {
    cart.setQuantity(productId, 0)
    showUndo(toasts, {
      text: text.removed(name),
      undoLabel: text.undo,
      undo: () => cart.setQuantity(productId, quantity),
      commit: () => {},
    })
    focusHeading()
  }
  return (
    <li className={styles.line} data-short={isShort || undefined}>
      <div className={styles.thumb}>{product && <ProductPicture product={product} className={styles.picture} />}</div>
      <div className={styles.what}>
        <h2 className={styles.name}>{name}</h2>
        {product && <p className={styles.each}>{text.eachCosts(formatMoney(product.priceCents, product.currency))}</p>}
        {isShort && (
          <div className={styles.short}>
            {product ? <StockBadge stock={left} /> : <p>{text.noLongerSold}</p>}
            {left > 0 && (
              <Button
                size="small"
                label={text.takeLabel(left, name)}
                onPress={() => {
                  cart.setQuantity(productId, left)
                  focusHeading()
                }}
              >
                {text.take(left)}
              </Button>
            )}
          </div>
        )}
      </div>
      <div className={styles.count}>
        {left > 0 && (
          <NumberField
            label={text.quantityOf(name)}
            isLabelHidden
            name={`quantity-${productId}`}
            value={quantity}
            min={1}
            max={MAX_QUANTITY}
            onChange={next => cart.setQuantity(productId, next)}
          />
        )}
        <Button look="quiet" size="small" label={text.removeLabel(name)} onPress={remove}>
          {text.remove}
        </Button>
      </div>
      <p className={styles.sum}>{product && formatMoney(quantity * product.priceCents, product.currency)}</p>
    </li>
  )
}
