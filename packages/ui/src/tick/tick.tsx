import { VisuallyHidden } from 'react-aria-components/VisuallyHidden'
import { classNames } from '../class-names.ts'
import styles from './tick.module.css'

export interface TickProps {
  /** `many`: a box that is ticked for itself; `one`: ticking it takes the tick from the others of its name. */
  readonly kind: 'many' | 'one'
  /** The same for those of which one is ticked. */
  readonly name: string
  readonly label: string
  /** Reads the label to screen readers only, where the place says what is ticked. */
  readonly isLabelHidden?: boolean
  readonly hint?: string
  readonly isTicked: boolean
  readonly onChange: (isTicked: boolean) => void
  readonly isDisabled?: boolean
}

/** A box or a circle to tick. The browser's own, in our colours: keyboard and screen readers work as everywhere. */
export const Tick = ({ kind, name, label, isLabelHidden = false, hint, isTicked, onChange, isDisabled }: TickProps) => (
  <label className={classNames(styles.tick)}>
    <input
      type={kind === 'many' ? 'checkbox' : 'radio'}
      name={name}
      checked={isTicked}
      onChange={event => onChange(event.target.checked)}
      disabled={isDisabled}
      className={styles.mark}
    />
    {isLabelHidden ? (
      <VisuallyHidden>{label}</VisuallyHidden>
    ) : (
      <span className={styles.words}>
        {label}
        {hint !== undefined && <span className={styles.hint}>{hint}</span>}
      </span>
    )}
  </label>
)
