import type { ReactNode } from 'react'
import { Icon, type IconName } from '../icons/icon.tsx'
import styles from './states.module.css'

export interface EmptyStateProps {
  readonly icon: IconName
  /** What will be here. */
  readonly title: string
  readonly children?: ReactNode
  /** The first step. */
  readonly action?: ReactNode
}

/** An empty view: says what will be here and offers the first step. */
export const EmptyState = ({ icon, title, children, action }: EmptyStateProps) => (
  <div className={styles.state}>
    <span className={styles.icon}>
      <Icon name={icon} />
    </span>
    <h2 className={styles.title}>{title}</h2>
    {children && <p className={styles.text}>{children}</p>}
    {action}
  </div>
)
