import { hours, minutes } from '@terrace/kit'
import { type Limit, logInsOf } from '@terrace/service/accounts'
import { usernameKey } from '../data/accounts.ts'

/** Failed log-ins into the account of one name. */
export const logInsOfName = (username: string): Limit => logInsOf(usernameKey(username))

/** Sign-ups by one client. */
export const signUpsOfClient = (client: string, most: number): Limit => ({
  bucket: `sign-up from ${client}`,
  window: hours(1),
  most,
})

/** Codes that didn't exist, by one client; a whole class may share an address, so only wrong ones count. */
export const wrongCodesOfClient = (client: string): Limit => ({
  bucket: `wrong code from ${client}`,
  window: minutes(15),
  most: 100,
})

/** Attempts started by one client. */
export const startsOfClient = (client: string): Limit => ({
  bucket: `start from ${client}`,
  window: hours(1),
  most: 2000,
})

/** Pictures uploaded into one account. */
export const uploadsOf = (accountId: number): Limit => ({
  bucket: `upload of ${accountId}`,
  window: hours(1),
  most: 300,
})
