import type { Database } from '@terrace/service'
import { LogIns } from '@terrace/service/accounts'
import { type Account, accountByName, passwordHashOf, setPasswordHash } from '../data/accounts.ts'
import type { Tables } from '../data/tables.ts'
import { logInsOfName } from './limits.ts'
import type { SiteVisitors } from './visitors.ts'

/** Logs in by name and password. @param proxies  how many of our own stand between the client and us */
export function logInsByName(
  database: Database<Tables>,
  visitors: SiteVisitors,
  proxies: number,
): LogIns<Tables, Account> {
  const { db } = database
  return new LogIns({
    database,
    visitors,
    proxies,
    refusal: 'The name or the password is wrong',
    store: {
      find: async username => {
        const known = await accountByName(db, username)
        if (!known) return undefined
        const { passwordHash, ...account } = known
        return { account, passwordHash }
      },
      nameOf: account => account.username,
      logInsOf: logInsOfName,
      passwordHashOf: id => passwordHashOf(db, id),
      setPasswordHash: (id, passwordHash) => setPasswordHash(db, id, passwordHash),
    },
  })
}
