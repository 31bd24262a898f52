import { useQuery } from '@tanstack/react-query'
import { EmptyState, Load, PageTitle } from '@terrace/ui'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'
import { ProductCard } from './product-card.tsx'
import styles from './store.module.css'
import { StoreSkeleton } from './store-skeleton.tsx'

/** What is on sale, and what of it is left. */
export function StorePage() {
  const { api } = useServices()
  const products = useQuery(ask.products(api))
  return (
    <>
      <PageTitle application={text.application}>{text.store}</PageTitle>
      <Load of={products} failure={text.productsFailure} explain={explain} skeleton={<StoreSkeleton />}>
        {all =>
          all.length === 0 ? (
            <EmptyState icon="box" title={text.noProducts}>
              {text.noProductsText}
            </EmptyState>
          ) : (
            <ul className={styles.shelf}>
              {all.map(product => (
                <li key={product.id} className={styles.place}>
                  <ProductCard product={product} />
                </li>
              ))}
            </ul>
          )
        }
      </Load>
    </>
  )
}
