import type { TextRule } from '../form/check-text.ts'

/** What is said about a password that is none. */
export interface PasswordRuleText {
  readonly newPasswordMissing: string
  /** "A password has at least 12 characters; yours has 3" */
  readonly passwordTooShort: (min: string, actual: string) => string
  readonly passwordTooLong: (max: string, actual: string) => string
}

/** A password that exists: whatever it is. @param missing  "Enter your password" */
export const knownPasswordRule = (text: PasswordRuleText, missing: string): TextRule => ({
  missing,
  maxCharacters: 1000,
  tooLong: text.passwordTooLong,
  isSecret: true,
})

/** A password to be: length counts. Which ones are too common is the API's to say. */
export const newPasswordRule = (text: PasswordRuleText): TextRule => ({
  missing: text.newPasswordMissing,
  maxCharacters: 128,
  tooLong: text.passwordTooLong,
  atLeast: { characters: 12, tooShort: text.passwordTooShort },
  isSecret: true,
})
