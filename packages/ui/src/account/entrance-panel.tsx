import type { ReactNode } from 'react'
import styles from './account.module.css'

export interface EntrancePanelProps {
  /** Where something else is the page: "Log in to go on". */
  readonly title?: string
  readonly children: ReactNode
}

/** The box around the ways in. */
export const EntrancePanel = ({ title, children }: EntrancePanelProps) => (
  <section className={styles.panel} aria-label={title}>
    {title !== undefined && <h2>{title}</h2>}
    {children}
  </section>
)
