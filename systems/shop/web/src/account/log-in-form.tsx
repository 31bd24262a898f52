import { TextField, useTextForm } from '@terrace/ui'
import { EntranceForm, knownPasswordRule, PasswordField } from '@terrace/ui/account'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'
import { emailRule } from './rules.ts'

const INITIAL = { email: '', password: '' }
const RULES = { email: emailRule, password: knownPasswordRule(text, text.passwordMissing) }

/** Logs in. */
export function LogInForm({ onDone }: { readonly onDone: () => void }) {
  const { api } = useServices()
  const form = useTextForm({ key: 'log-in', initial: INITIAL, rules: RULES, send: api.logIn, onDone, explain })
  return (
    <EntranceForm form={form} action={text.logIn}>
      <TextField
        label={text.email}
        type="email"
        inputMode="email"
        autoComplete="username"
        isRequired
        {...form.field('email')}
      />
      <PasswordField is="current" label={text.password} {...form.field('password')} />
    </EntranceForm>
  )
}
