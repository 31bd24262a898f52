import type { ReactNode } from 'react'
import styles from './part.module.css'

/** A part of a view under a heading of its own. */
export const Part = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <section className={styles.part} aria-label={title}>
    <h2>{title}</h2>
    {children}
  </section>
)
