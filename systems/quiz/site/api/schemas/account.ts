import { knownPasswordField, newPasswordField, sessionSchemaOf } from '@terrace/service/accounts'
import * as z from 'zod'
import { OBJECT } from './common.ts'

/** Names that authors log in with; no mail address is among them. */
const USERNAME = /^[\p{L}\p{N}](?:[\p{L}\p{N}._-]{1,30})[\p{L}\p{N}]$/u

const username = z
  .string({ error: issue => (issue.input === undefined ? 'is required' : 'must be text') })
  .trim()
  .transform(text => text.normalize('NFC'))
  .refine(
    text => USERNAME.test(text),
    'must have 3 to 32 letters and digits, with dots, dashes and underscores between them',
  )
  .meta({ minLength: 3, maxLength: 32, examples: ['alice'] })

/** The body that makes an account. */
export const newAccountSchema = z.object({ username, password: newPasswordField }, OBJECT).meta({ id: 'NewAccount' })

/** The body that logs in. */
export const credentialsSchema = z
  .object(
    {
      username: z
        .string('must be text')
        .trim()
        .max(1000, 'is too long')
        .refine(text => !/\p{Cc}/u.test(text), 'must not contain control characters'),
      password: knownPasswordField,
    },
    OBJECT,
  )
  .meta({ id: 'Credentials' })

/** The account of a session. */
export const accountSchema = z.object({ id: z.int(), username: z.string() }).meta({ id: 'Account' })

/** A session as its owner sees it. */
export const sessionSchema = sessionSchemaOf(accountSchema)
