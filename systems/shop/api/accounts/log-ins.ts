import type { Database } from '@terrace/service'
import { LogIns } from '@terrace/service/accounts'
import { type Account, accountByEmail, passwordHashOf, setPasswordHash } from '../data/accounts.ts'
import type { Tables } from '../data/tables.ts'
import { logInsOfAddress } from './limits.ts'
import type { Visitors } from './visitors.ts'

/** Logs in by address and password. @param proxies  how many of our own stand between the client and us */
export function logInsByAddress(
  database: Database<Tables>,
  visitors: Visitors,
  proxies: number,
): LogIns<Tables, Account> {
  const { db } = database
  return new LogIns({
    database,
    visitors,
    proxies,
    refusal: 'The address or the password is wrong',
    store: {
      find: async email => {
        const known = await accountByEmail(db, email)
        if (!known) return undefined
        const { passwordHash, ...account } = known
        return { account, passwordHash }
      },
      nameOf: account => account.email,
      logInsOf: logInsOfAddress,
      passwordHashOf: id => passwordHashOf(db, id),
      setPasswordHash: (id, passwordHash) => setPasswordHash(db, id, passwordHash),
    },
  })
}
