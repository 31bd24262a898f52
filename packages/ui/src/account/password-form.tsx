import { useMemo } from 'react'
import { Button } from '../button/button.tsx'
import { Form } from '../form/form.tsx'
import { useTextForm } from '../form/use-text-form.ts'
import styles from './account.module.css'
import type { AccountSite } from './account-site.ts'
import { PasswordField } from './password-field.tsx'
import { knownPasswordRule, newPasswordRule } from './password-rules.ts'

const INITIAL = { currentPassword: '', newPassword: '' }

export interface PasswordFormProps {
  readonly site: AccountSite
  /** What one logs in with: the browser's keeper of passwords wants to know whose password it is. */
  readonly username: string
}

/** Changes the password. */
export function PasswordForm({ site, username }: PasswordFormProps) {
  const { api, toasts, text, explain } = site
  const rules = useMemo(
    () => ({
      currentPassword: knownPasswordRule(text, text.currentPasswordMissing),
      newPassword: newPasswordRule(text),
    }),
    [text],
  )
  const form = useTextForm({
    key: 'password',
    initial: INITIAL,
    rules,
    send: api.changePassword,
    onDone: () => toasts.add({ state: 'good', text: text.passwordChanged }, { timeout: 8_000 }),
    explain,
    sayField: (name, message) => text.fieldSays(text[name], message),
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
      <PasswordField is="current" label={text.currentPassword} {...form.field('currentPassword')} />
      <PasswordField is="new" label={text.newPassword} hint={text.passwordHint} {...form.field('newPassword')} />
    </Form>
  )
}
