import type { ReactNode, Ref } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { classNames } from '../class-names.ts'
import styles from './button.module.css'

export interface ButtonProps {
  /** The verb and the object: "Return book". */
  readonly children: ReactNode
  readonly onPress?: () => void
  /** `primary` at most once in a view; `quiet` where a border would be noise; `bad` for what destroys. */
  readonly look?: 'primary' | 'plain' | 'quiet' | 'bad'
  readonly size?: 'normal' | 'small'
  /** Full sentence for a screen reader; must contain the visible words. */
  readonly label?: string
  readonly type?: 'button' | 'submit'
  /** Work is under way: the button keeps its focus and ignores further presses. */
  readonly isPending?: boolean
  readonly isDisabled?: boolean
  /** Square, for a single icon; then `label` is required reading. */
  readonly iconOnly?: boolean
  readonly autoFocus?: boolean
  readonly slot?: string
  readonly ref?: Ref<HTMLButtonElement>
}

/** A button. It says what it does; while its work is under way a second press does nothing. */
export function Button({
  look = 'plain',
  size = 'normal',
  iconOnly = false,
  type = 'button',
  label,
  children,
  isPending = false,
  ...rest
}: ButtonProps) {
  return (
    <AriaButton
      {...rest}
      type={type}
      isPending={isPending}
      {...(label === undefined ? {} : { 'aria-label': label })}
      className={classNames(styles.button, styles[look], styles[size], iconOnly && styles.iconOnly)}
    >
      {isPending && <span className={styles.pending} aria-hidden="true" />}
      <span className={styles.content}>{children}</span>
    </AriaButton>
  )
}
