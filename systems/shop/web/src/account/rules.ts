import type { TextRule } from '@terrace/ui'
import { text } from '../text.ts'

/** As the API takes them: nothing that could end a mail's header. */
const EMAIL = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9-]{1,63})+$/i

export const emailRule: TextRule = {
  missing: text.emailMissing,
  maxCharacters: 254,
  tooLong: text.emailTooLong,
  pattern: { like: EMAIL, unlike: text.emailUnlike },
}

export const nameRule: TextRule = { missing: text.nameMissing, maxCharacters: 100, tooLong: text.nameTooLong }

/** A password that exists: whatever it is. */
export const knownPasswordRule = (missing: string): TextRule => ({
  missing,
  maxCharacters: 1000,
  tooLong: text.passwordTooLong,
  isSecret: true,
})

/** A password to be: length counts. Which ones are too common is the API's to say. */
export const newPasswordRule: TextRule = {
  missing: text.newPasswordMissing,
  maxCharacters: 128,
  tooLong: text.passwordTooLong,
  atLeast: { characters: 12, tooShort: text.passwordTooShort },
  isSecret: true,
}
