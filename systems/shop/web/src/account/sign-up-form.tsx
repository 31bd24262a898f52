import { RequestError, TextField, useTextForm } from '@terrace/ui'
import { EntranceForm, newPasswordRule, PasswordField } from '@terrace/ui/account'
import { useServices } from '../api/services.ts'
import type { NewAccount, ShopApi } from '../api/shop-api.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'
import { emailRule, nameRule } from './rules.ts'

const INITIAL = { name: '', email: '', password: '' }
const RULES = { name: nameRule, email: emailRule, password: newPasswordRule(text) }

/** Makes an account and logs in to it. */
export function SignUpForm({ onDone }: { readonly onDone: () => void }) {
  const { api } = useServices()
  const form = useTextForm({
    key: 'sign-up',
    initial: INITIAL,
    rules: RULES,
    send: values => signUp(api, values),
    onDone,
    explain,
    sayField: (name, message) => text.fieldSays(text[name], message),
  })
  return (
    <EntranceForm form={form} action={text.signUp}>
      <TextField label={text.name} hint={text.nameHint} autoComplete="name" isRequired {...form.field('name')} />
      <TextField
        label={text.email}
        type="email"
        inputMode="email"
        autoComplete="username"
        isRequired
        {...form.field('email')}
      />
      <PasswordField is="new" label={text.password} hint={text.passwordHint} {...form.field('password')} />
    </EntranceForm>
  )
}

/** The API doesn't tell whether an address was known; logging in does, to whoever knows the account's password. */
async function signUp(api: ShopApi, account: NewAccount): Promise<void> {
  await api.signUp(account)
  try {
    await api.logIn(account)
  } catch (error) {
    if (!(error instanceof RequestError && error.status === 401)) throw error
    const detail = text.signedUpNotIn
    const problem = { title: detail, detail, errors: [] }
    throw new RequestError('refused', error.message, { status: 401, problem, cause: error })
  }
}
