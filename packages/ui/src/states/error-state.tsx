import { Button } from '../button/button.tsx'
import { Icon } from '../icons/icon.tsx'
import { useUiText } from '../ui-text.tsx'
import styles from './states.module.css'

export interface ErrorStateProps {
  /** What could not be done: "The books could not be loaded." */
  readonly title: string
  /** Why, in words, as far as known. */
  readonly because: string
  readonly onRetry?: () => void
  readonly isRetrying?: boolean
}

/** A view, or a part of one, that failed: says what and why, and offers to try again. */
export function ErrorState({ title, because, onRetry, isRetrying = false }: ErrorStateProps) {
  const text = useUiText()
  return (
    <div className={styles.state} role="alert">
      <span className={styles.badIcon}>
        <Icon name="alert" />
      </span>
      <h2 className={styles.title}>{title}</h2>
      <p className={styles.text}>{because}</p>
      {onRetry && (
        <Button onPress={onRetry} isPending={isRetrying}>
          {text.tryAgain}
        </Button>
      )}
    </div>
  )
}
