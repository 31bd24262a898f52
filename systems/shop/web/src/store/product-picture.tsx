import { Icon } from '@terrace/ui'
import { useState } from 'react'
import type { Product } from '../api/types.ts'
import { text } from '../text.ts'
import styles from './product-picture.module.css'

/** Pixels of a picture's edge, so that its place is kept while it loads. */
const EDGE_PX = 800

export interface ProductPictureProps {
  readonly product: Pick<Product, 'name' | 'picture'>
  readonly className: string | undefined
}

/** The picture of a product; a product whose picture can't be had can be bought all the same. */
export function ProductPicture({ product, className = '' }: ProductPictureProps) {
  const [missing, setMissing] = useState<string>()
  if (missing === product.picture) {
    return (
      <div className={`${styles.missing} ${className}`} role="img" aria-label={text.pictureMissing}>
        <Icon name="box" />
      </div>
    )
  }
  return (
    <img
      src={product.picture}
      alt={text.pictureOf(product.name)}
      width={EDGE_PX}
      height={EDGE_PX}
      decoding="async"
      className={`${styles.picture} ${className}`}
      onError={() => setMissing(product.picture)}
    />
  )
}
