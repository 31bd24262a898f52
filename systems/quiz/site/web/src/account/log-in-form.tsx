import { Button, Form, TextField, useTextForm } from '@terrace/ui'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { text } from '../text/text.ts'
import { knownPasswordRule, knownUsernameRule } from './rules.ts'

const INITIAL = { username: '', password: '' }
const RULES = { username: knownUsernameRule, password: knownPasswordRule(text.passwordMissing) }

/** Logs in. */
export function LogInForm({ onDone }: { readonly onDone: () => void }) {
  const { api } = useServices()
  const form = useTextForm({ key: 'log-in', initial: INITIAL, rules: RULES, send: api.logIn, onDone, explain })
  return (
    <Form
      onSubmit={form.onSubmit}
      failure={form.failure}
      actions={
        <Button type="submit" look="primary" isPending={form.isPending}>
          {text.logIn}
        </Button>
      }
    >
      <TextField label={text.username} autoComplete="username" isRequired {...form.field('username')} />
      <TextField
        label={text.password}
        type="password"
        autoComplete="current-password"
        isRequired
        {...form.field('password')}
      />
    </Form>
  )
}
