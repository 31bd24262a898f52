import { Label } from 'react-aria-components/Label'
import { ProgressBar as AriaProgressBar } from 'react-aria-components/ProgressBar'
import { classNames } from '../class-names.ts'
import styles from './progress-bar.module.css'

export interface ProgressBarProps {
  /** What goes on: "Uploading mountain.jpeg". */
  readonly label: string
  /** How far it is, from 0 to 1. */
  readonly value: number
  /** How far it is in words, where a percentage says little: "Question 3 of 10". */
  readonly words?: string
}

/** How far something is, as a line and in words. */
export const ProgressBar = ({ label, value, words }: ProgressBarProps) => (
  <AriaProgressBar
    value={value}
    minValue={0}
    maxValue={1}
    {...(words === undefined ? {} : { valueLabel: words })}
    formatOptions={{ style: 'percent' }}
    className={classNames(styles.bar)}
  >
    {({ percentage, valueText }) => (
      <>
        <span className={styles.words}>
          <Label>{label}</Label>
          <span className={styles.value}>{valueText}</span>
        </span>
        <span className={styles.track}>
          <span className={styles.done} style={{ inlineSize: `${percentage ?? 0}%` }} />
        </span>
      </>
    )}
  </AriaProgressBar>
)
