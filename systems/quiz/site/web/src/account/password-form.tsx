import { Button, Form, TextField, useTextForm } from '@terrace/ui'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { text } from '../text/text.ts'
import styles from './account.module.css'
import { knownPasswordRule, newPasswordRule } from './rules.ts'

const INITIAL = { currentPassword: '', newPassword: '' }
const RULES = { currentPassword: knownPasswordRule(text.currentPasswordMissing), newPassword: newPasswordRule }
const LABELS = { currentPassword: text.currentPassword, newPassword: text.newPassword }

/** Changes the password. @param username  for the browser's keeper of passwords, which wants to know whose it is */
export function PasswordForm({ username }: { readonly username: string }) {
  const { api, toasts } = useServices()
  const form = useTextForm({
    key: 'password',
    initial: INITIAL,
    rules: RULES,
    send: api.changePassword,
    onDone: () => toasts.add({ state: 'good', text: text.passwordChanged }, { timeout: 8_000 }),
    explain,
    sayField: (name, message) => text.fieldSays(LABELS[name], message),
  })
  return (
    <Form
      onSubmit={form.onSubmit}
      failure={form.failure}
      actions={
        <div>
          <Button type="submit" isPending={form.isPending}>
            {text.changePassword}
          </Button>
        </div>
      }
    >
      <input
        className={styles.unseen}
        type="text"
        autoComplete="username"
        value={username}
        readOnly
        tabIndex={-1}
        aria-hidden
      />
      <TextField
        label={text.currentPassword}
        type="password"
        autoComplete="current-password"
        isRequired
        {...form.field('currentPassword')}
      />
      <TextField
        label={text.newPassword}
        hint={text.passwordHint}
        type="password"
        autoComplete="new-password"
        isRequired
        {...form.field('newPassword')}
      />
    </Form>
  )
}
