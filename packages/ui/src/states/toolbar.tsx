import type { ReactNode } from 'react'
import styles from './toolbar.module.css'

/** The row above a list: search, filter. Wraps on a narrow screen. */
export const Toolbar = ({ children }: { readonly children: ReactNode }) => (
  <div className={styles.toolbar}>{children}</div>
)
