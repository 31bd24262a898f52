import type { TextRule } from '@terrace/ui'
import { text } from '../text/text.ts'

/** As the API takes them. */
const USERNAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]*[\p{L}\p{N}]$/u

/** A name to be. */
export const newUsernameRule: TextRule = {
  missing: text.newUsernameMissing,
  maxCharacters: 32,
  tooLong: text.usernameTooLong,
  atLeast: { characters: 3, tooShort: text.usernameTooShort },
  pattern: { like: USERNAME, unlike: text.usernameUnlike },
}

/** A name that exists: whatever it is. */
export const knownUsernameRule: TextRule = {
  missing: text.usernameMissing,
  maxCharacters: 1000,
  tooLong: text.usernameTooLong,
}
