import type { ReactNode } from 'react'
import { classNames } from '../class-names.ts'
import { Icon, type IconName } from '../icons/icon.tsx'
import styles from './banner.module.css'

export interface BannerProps {
  readonly state: 'info' | 'warning' | 'bad'
  readonly children: ReactNode
  /** One button at most, at the end. */
  readonly action?: ReactNode
  /** `bar` runs across the page; `box` stands where something went wrong. */
  readonly shape?: 'bar' | 'box'
  readonly icon?: IconName
}

const ICONS = { info: 'info', warning: 'alert', bad: 'alert' } as const

/** A quiet message that stays until its cause is gone. Read to screen readers without interrupting. */
export const Banner = ({ state, children, action, shape = 'box', icon }: BannerProps) => (
  <div role="status" className={classNames(styles.banner, styles[state], styles[shape])}>
    <Icon name={icon ?? ICONS[state]} />
    <div className={styles.text}>{children}</div>
    {action}
  </div>
)
