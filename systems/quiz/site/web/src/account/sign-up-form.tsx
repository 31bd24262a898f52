import { Button, Form, RequestError, TextField, useTextForm } from '@terrace/ui'
import { useRef } from 'react'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { text } from '../text/text.ts'
import { newPasswordRule, newUsernameRule } from './rules.ts'

const INITIAL = { username: '', password: '' }
const RULES = { username: newUsernameRule, password: newPasswordRule }
const LABELS = { username: text.username, password: text.password }

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
    sayField: (name, message) => text.fieldSays(LABELS[name], message),
  })
  return (
    <Form
      onSubmit={form.onSubmit}
      failure={form.failure}
      actions={
        <Button type="submit" look="primary" isPending={form.isPending}>
          {text.signUp}
        </Button>
      }
    >
      <TextField
        label={text.username}
        hint={text.usernameHint}
        autoComplete="username"
        isRequired
        {...form.field('username')}
      />
      <TextField
        label={text.password}
        hint={text.passwordHint}
        type="password"
        autoComplete="new-password"
        isRequired
        {...form.field('password')}
      />
    </Form>
  )
}
