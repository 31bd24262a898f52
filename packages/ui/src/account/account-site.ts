import type { Toasts } from '../toast/toasts.ts'
import type { AccountText } from './account-text.ts'
import type { PasswordRuleText } from './password-rules.ts'

/** A change of password, as the API takes it. */
export interface PasswordChange {
  readonly currentPassword: string
  readonly newPassword: string
}

/** What an account can do, and the site says about it. */
export interface AccountSite {
  readonly api: {
    readonly changePassword: (change: PasswordChange) => Promise<unknown>
    readonly logOut: () => Promise<unknown>
  }
  readonly toasts: Toasts
  readonly text: AccountText & PasswordRuleText
  /** An error in words. */
  readonly explain: (error: unknown) => string
}
