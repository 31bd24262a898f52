import type { ReactNode } from 'react'
import { Link as AriaLink } from 'react-aria-components/Link'
import styles from '../button/button.module.css'
import { classNames } from '../class-names.ts'
import linkStyles from './link-button.module.css'

export interface LinkButtonProps {
  readonly href: string
  readonly children: ReactNode
  readonly look?: 'primary' | 'plain' | 'quiet'
  readonly size?: 'normal' | 'small'
  /** Full sentence for a screen reader; must contain the visible words. */
  readonly label?: string
  /** Saves what is there under this name instead of showing it. */
  readonly download?: string
}

/** A link that is the next step, and so looks like a button. */
export const LinkButton = ({ href, children, look = 'plain', size = 'normal', label, download }: LinkButtonProps) => (
  <AriaLink
    href={href}
    {...(download === undefined ? {} : { download })}
    {...(label === undefined ? {} : { 'aria-label': label })}
    className={classNames(styles.button, styles[look], styles[size], linkStyles.link)}
  >
    <span className={styles.content}>{children}</span>
  </AriaLink>
)
