import type { Ref } from 'react'
import { Label } from 'react-aria-components/Label'
import { TextArea as AriaTextArea } from 'react-aria-components/TextArea'
import { TextField } from 'react-aria-components/TextField'
import { classNames } from '../class-names.ts'
import fieldStyles from '../form/field.module.css'
import { FieldHint, FieldMessage } from '../form/field-message.tsx'
import styles from './text-area.module.css'

export interface TextAreaProps {
  readonly label: string
  readonly name: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** Leaving the field is when it is checked. */
  readonly onBlur?: () => void
  /** What is wrong, in words; shown under the field. */
  readonly error?: string | undefined
  readonly hint?: string
  /** Lines in sight before one types; it grows with the text. */
  readonly rows?: number
  readonly isDisabled?: boolean
  readonly ref?: Ref<HTMLTextAreaElement>
}

/** A labelled text of several lines, with its hint and its message in words. */
export function TextArea({ label, error, hint, ref, rows = 3, ...field }: TextAreaProps) {
  return (
    <TextField
      {...field}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      className={classNames(fieldStyles.field)}
    >
      <Label className={classNames(fieldStyles.label)}>{label}</Label>
      <FieldHint>{hint}</FieldHint>
      <AriaTextArea {...(ref ? { ref } : {})} rows={rows} className={classNames(fieldStyles.input, styles.area)} />
      <FieldMessage>{error}</FieldMessage>
    </TextField>
  )
}
