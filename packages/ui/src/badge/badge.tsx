import { classNames } from '../class-names.ts'
import styles from './badge.module.css'

/** What a badge says about a thing: `neutral` is neither good nor bad. */
export type BadgeState = 'good' | 'warning' | 'bad' | 'info' | 'neutral'

/** Each state has its own shape, so that it can be told without colour. */
const SHAPES: Readonly<Record<BadgeState, string>> = {
  good: 'M2 6.2l2.6 2.6L10 3.4',
  warning: 'M6 3v3.3l2 1.2M11 6A5 5 0 1 1 1 6a5 5 0 0 1 10 0Z',
  bad: 'M6 4.6v2.2M6 8.7v.1M6 1.4 1 10.4h10L6 1.4Z',
  info: 'M6 5.6v3M6 3.4v.1M11 6A5 5 0 1 1 1 6a5 5 0 0 1 10 0Z',
  neutral: 'M2.5 6h7',
}

export interface BadgeProps {
  readonly state: BadgeState
  readonly children: string
}

/** A short state in words, with a shape and a colour that agree. */
export const Badge = ({ state, children }: BadgeProps) => (
  <span className={classNames(styles.badge, styles[state])}>
    <svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">
      <path d={SHAPES[state]} />
    </svg>
    {children}
  </span>
)
