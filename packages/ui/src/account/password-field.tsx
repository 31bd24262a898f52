import { TextField, type TextFieldProps } from '../text-field/text-field.tsx'

export interface PasswordFieldProps extends Omit<TextFieldProps, 'type' | 'autoComplete' | 'isRequired'> {
  /** One that exists, or one to be: the browser's keeper of passwords fills in the one and proposes the other. */
  readonly is: 'current' | 'new'
}

/** A password, which is never shown. */
export const PasswordField = ({ is, ...field }: PasswordFieldProps) => (
  <TextField {...field} type="password" autoComplete={`${is}-password`} isRequired />
)
