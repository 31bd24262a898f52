import { textField } from '@terrace/service'
import { knownPasswordField, newPasswordField, sessionSchemaOf } from '@terrace/service/accounts'
import * as z from 'zod'

/**
 * Mail addresses that the shop takes: fewer than the standards allow, and none that could end a header or begin
 * another one.
 */
export const EMAIL =
  /^(?=.{3,254}$)[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9-]{1,63})+$/i

const email = z
  .string({ error: issue => (issue.input === undefined ? 'is required' : 'must be text') })
  .trim()
  .regex(EMAIL, 'must be a mail address such as alice@example.com')
  .meta({ examples: ['alice@example.com'] })

/** The body that makes an account. */
export const newAccountSchema = z
  .object({ email, password: newPasswordField, name: textField(100) }, 'must be a JSON object')
  .meta({ id: 'NewAccount' })

/** What a sign-up answers: nothing that tells whether the address was known. */
export const signedUpSchema = z.object({ email: z.string(), name: z.string() }).meta({ id: 'SignedUp' })

/** The body that logs in. */
export const credentialsSchema = z
  .object(
    { email: z.string('must be text').trim().max(1000, 'is too long'), password: knownPasswordField },
    'must be a JSON object',
  )
  .meta({ id: 'Credentials' })

/** The account of a session. */
export const accountSchema = z
  .object({ id: z.int(), email: z.string(), name: z.string(), role: z.enum(['customer', 'operator']) })
  .meta({ id: 'Account' })

/** A session as its owner sees it. */
export const sessionSchema = sessionSchemaOf(accountSchema)
