import { SkeletonLine } from '@terrace/ui'
import styles from './store.module.css'

const PLACES = ['a', 'b', 'c', 'd', 'e', 'f']

/** The outline of the shelf. */
export const StoreSkeleton = () => (
  <div className={styles.shelf}>
    {PLACES.map(place => (
      <div key={place} className={styles.place}>
        <div className={styles.card}>
          <div className={styles.picture} />
          <div className={styles.words}>
            <SkeletonLine width="60%" />
            <SkeletonLine width="30%" />
            <SkeletonLine width="45%" />
          </div>
        </div>
      </div>
    ))}
  </div>
)
