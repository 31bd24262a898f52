import { RequestError, TextField, useTextForm } from '@terrace/ui'
import { EntranceForm, newPasswordRule, PasswordField } from '@terrace/ui/account'
import { useRef } from 'react'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { text } from '../text/text.ts'
import { newUsernameRule } from './rules.ts'

const INITIAL = { username: '', password: '' }
const RULES = { username: newUsernameRule, password: newPasswordRule(text) }

/** Makes an account and logs in to it. */
export function SignUpForm({ onDone }: { readonly onDone: () => void }) {
  const { api } = useServices()
  const mayBeMade = useRef('')
  const form = useTextForm({
    key: 'sign-up',
    initial: INITIAL,
    rules: RULES,
    send: async account => {
      // What was sent into silence may have been done: the name is then taken by oneself, which logging in tells.
      const isRepeated = mayBeMade.current === account.username
      mayBeMade.current = account.username
      await api.signUp(account).catch(async (error: unknown) => {
        const isRefused = error instanceof RequestError && error.failure === 'refused'
        const isMine = isRefused && isRepeated && (await api.logIn(account).catch(() => undefined))
        if (isRefused) mayBeMade.current = ''
        if (!isMine) throw error
      })
      await api.logIn(account)
    },
    onDone,
    explain,
    sayField: (name, message) => text.fieldSays(text[name], message),
  })
  return (
    <EntranceForm form={form} action={text.signUp}>
      <TextField
        label={text.username}
        hint={text.usernameHint}
        autoComplete="username"
        isRequired
        {...form.field('username')}
      />
      <PasswordField is="new" label={text.password} hint={text.passwordHint} {...form.field('password')} />
    </EntranceForm>
  )
}
