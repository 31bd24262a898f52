import { type ReactNode, useEffect } from 'react'
import styles from './page-title.module.css'

export interface PageTitleProps {
  readonly children: string
  /** Goes into the window's title after the page's own. */
  readonly application: string
  /** A line above: where this belongs, usually a link back. */
  readonly above?: ReactNode
  readonly below?: ReactNode
  /** The view's main actions. */
  readonly actions?: ReactNode
}

/** The heading of a view with its actions; it also sets the window's title. `PageFrame` moves the focus to it. */
export function PageTitle({ children, application, above, below, actions }: PageTitleProps) {
  useEffect(() => {
    document.title = `${children} · ${application}`
  }, [children, application])
  return (
    <div className={styles.title}>
      {above && <div className={styles.above}>{above}</div>}
      <div className={styles.row}>
        <h1 tabIndex={-1}>{children}</h1>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {below}
    </div>
  )
}
