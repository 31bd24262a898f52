import { hours } from '@terrace/kit'
import { type Limit, logInsOf } from '@terrace/service/accounts'
import { emailKey } from '../data/accounts.ts'

/** Failed log-ins into the account of one address. */
export const logInsOfAddress = (email: string): Limit => logInsOf(emailKey(email))

/** Sign-ups with one address: each may mean a mail to its owner. */
export const signUpsOfAddress = (email: string): Limit => ({
  bucket: `sign-up of ${emailKey(email)}`,
  window: hours(1),
  most: 5,
})

/** Sign-ups by one client. */
export const signUpsOfClient = (client: string, most: number): Limit => ({
  bucket: `sign-up from ${client}`,
  window: hours(1),
  most,
})
