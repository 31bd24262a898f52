import { hours, minutes } from '@terrace/kit'
import { emailKey } from '../data/accounts.ts'
import type { Limit } from '../data/attempts.ts'

const LOG_IN_WINDOW = minutes(15)

/** Failed log-ins into one account; a log-in that succeeds forgets them. */
export const logInsOfAddress = (email: string): Limit => ({
  bucket: `log-in of ${emailKey(email)}`,
  window: LOG_IN_WINDOW,
  most: 10,
})

/** Failed log-ins by one client, into whichever accounts; many people may share one address. */
export const logInsOfClient = (client: string): Limit => ({
  bucket: `log-in from ${client}`,
  window: LOG_IN_WINDOW,
  most: 100,
})

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
