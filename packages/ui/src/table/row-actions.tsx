import type { ReactNode } from 'react'
import styles from './row-actions.module.css'

/** The buttons at the end of a row, or along the foot of a card. */
export const RowActions = ({ children }: { readonly children: ReactNode }) => (
  <div className={styles.actions}>{children}</div>
)
