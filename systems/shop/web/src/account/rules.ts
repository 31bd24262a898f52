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
