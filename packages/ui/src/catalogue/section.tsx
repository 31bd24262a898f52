import type { ReactNode } from 'react'
import styles from './section.module.css'

/** One component of the catalogue under its name. */
export const Section = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <section className={styles.section}>
    <h2>{title}</h2>
    <div className={styles.content}>{children}</div>
  </section>
)

/** Its states beside one another. */
export const Row = ({ children }: { readonly children: ReactNode }) => <div className={styles.row}>{children}</div>
