import * as z from 'zod'
import { knownPasswordField, newPasswordField } from './password-fields.ts'

/** The body that changes a password. */
export const passwordChangeSchema = z
  .object({ currentPassword: knownPasswordField, newPassword: newPasswordField }, 'must be a JSON object')
  .meta({ id: 'PasswordChange' })

export type PasswordChange = z.output<typeof passwordChangeSchema>

/** A session as its owner sees it. */
export interface OwnSession<Account> {
  /** Null when nobody is logged in. */
  account: Account | null
  csrfToken: string
}

/** The schema of a session as its owner sees it, from that of the application's accounts. */
export const sessionSchemaOf = <Account extends z.ZodType>(account: Account) =>
  z
    .object({
      account: account.nullable().describe('Null when nobody is logged in'),
      csrfToken: z.string().describe('For X-CSRF-Token, with every POST, PUT and DELETE of this session'),
    })
    .meta({ id: 'Session' })
