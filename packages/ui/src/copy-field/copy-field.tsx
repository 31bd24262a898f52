import { useRef, useState } from 'react'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { TextField } from 'react-aria-components/TextField'
import { Button } from '../button/button.tsx'
import { classNames } from '../class-names.ts'
import fieldStyles from '../form/field.module.css'
import { Icon } from '../icons/icon.tsx'
import { useUiText } from '../ui-text.tsx'
import styles from './copy-field.module.css'

export interface CopyFieldProps {
  readonly label: string
  readonly value: string
  /** The verb and the object: "Copy link". */
  readonly copyLabel: string
}

/** A text to pass on, with a button that copies it; where the browser forbids that, the text is selected. */
export function CopyField({ label, value, copyLabel }: CopyFieldProps) {
  const text = useUiText()
  const input = useRef<HTMLInputElement>(null)
  const [outcome, setOutcome] = useState<'copied' | 'selected'>()
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value)
      setOutcome('copied')
    } catch {
      input.current?.select()
      setOutcome('selected')
    }
  }
  return (
    <div className={styles.copy}>
      <TextField value={value} isReadOnly className={classNames(fieldStyles.field, styles.field)}>
        <Label className={classNames(fieldStyles.label)}>{label}</Label>
        <Input ref={input} className={classNames(fieldStyles.input)} onFocus={event => event.currentTarget.select()} />
      </TextField>
      <Button onPress={() => void copy()}>
        <Icon name={outcome === 'copied' ? 'check' : 'copy'} /> {copyLabel}
      </Button>
      <p role="status" className={styles.outcome}>
        {outcome && text[outcome]}
      </p>
    </div>
  )
}
