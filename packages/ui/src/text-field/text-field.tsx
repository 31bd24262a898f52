import type { Ref } from 'react'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { TextField as AriaTextField } from 'react-aria-components/TextField'
import { classNames } from '../class-names.ts'
import styles from '../form/field.module.css'
import { FieldHint, FieldMessage } from '../form/field-message.tsx'

export interface TextFieldProps {
  readonly label: string
  readonly name: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** Leaving the field is when it is checked. */
  readonly onBlur?: () => void
  /** What is wrong, in words; shown under the field. */
  readonly error?: string | undefined
  readonly hint?: string
  /** What the browser may fill in; `off` for things that are not about the person who types. */
  readonly autoComplete?: string
  readonly inputMode?: 'text' | 'numeric' | 'email' | 'tel' | 'url' | 'search'
  readonly type?: 'text' | 'email' | 'tel' | 'url' | 'password'
  readonly isRequired?: boolean
  readonly isDisabled?: boolean
  readonly autoFocus?: boolean
  readonly ref?: Ref<HTMLInputElement>
}

/** A labelled line of text, with its hint and its message in words. */
export function TextField({ label, error, hint, ref, autoComplete = 'off', ...field }: TextFieldProps) {
  return (
    <AriaTextField
      {...field}
      autoComplete={autoComplete}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      className={classNames(styles.field)}
    >
      <Label className={classNames(styles.label)}>{label}</Label>
      <FieldHint>{hint}</FieldHint>
      <Input {...(ref ? { ref } : {})} className={classNames(styles.input)} />
      <FieldMessage>{error}</FieldMessage>
    </AriaTextField>
  )
}
