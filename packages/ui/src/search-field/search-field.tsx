import { Button } from 'react-aria-components/Button'
import { Input } from 'react-aria-components/Input'
import { SearchField as AriaSearchField } from 'react-aria-components/SearchField'
import { classNames } from '../class-names.ts'
import fieldStyles from '../form/field.module.css'
import { Icon } from '../icons/icon.tsx'
import { useUiText } from '../ui-text.tsx'
import styles from './search-field.module.css'

/** Nobody searches for more; our APIs refuse it. */
const MAX_CHARACTERS = 255

export interface SearchFieldProps {
  /** Names the field for screen readers; what may be searched for. */
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly onChange: (value: string) => void
}

/** A search that answers while one types; Escape or the cross empties it. */
export function SearchField({ label, placeholder, ...field }: SearchFieldProps) {
  const text = useUiText()
  return (
    <AriaSearchField {...field} aria-label={label} className={classNames(styles.search)}>
      <span className={styles.glass}>
        <Icon name="search" />
      </span>
      <Input
        placeholder={placeholder}
        enterKeyHint="search"
        maxLength={MAX_CHARACTERS}
        autoComplete="off"
        className={classNames(fieldStyles.input, styles.input)}
      />
      <Button aria-label={text.clearSearch} className={classNames(styles.clear)}>
        <Icon name="cross" />
      </Button>
    </AriaSearchField>
  )
}
