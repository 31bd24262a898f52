import { type App, type Config, conflict, type Database, invalid } from '@terrace/service'
import { clientAddress, countTry, forgetTries, guardTries, hashPassword, isPassword } from '@terrace/service/accounts'
import { logInsOfName, signUpsOfClient } from '../accounts/limits.ts'
import type { SiteVisitors } from '../accounts/visitors.ts'
import { insertAccount, passwordHashOf, setPasswordHash } from '../data/accounts.ts'
import type { Tables } from '../data/tables.ts'
import { accountSchema, newAccountSchema, passwordChangeSchema, sessionSchema } from '../schemas/account.ts'
import type { SiteVariables } from '../settings.ts'

const tags = ['accounts']

/** `/api/accounts` and the password of one's own. */
export function addAccountRoutes(
  app: App,
  database: Database<Tables>,
  visitors: SiteVisitors,
  config: Config<SiteVariables>,
): void {
  const { db, clock, dialect } = database

  app.post(
    '/api/accounts',
    {
      config: { csrf: 'origin' },
      schema: {
        tags,
        summary: 'Sign up',
        body: newAccountSchema,
        response: { 201: accountSchema },
        problems: [409, 429],
      },
    },
    async (request, reply) => {
      const { username, password } = request.body
      const limit = signUpsOfClient(clientAddress(request, config.TRUSTED_PROXIES), config.SIGN_UPS_PER_HOUR)
      await guardTries(database, [limit])
      await countTry(database, limit)
      const passwordHash = await hashPassword(password)
      try {
        return await reply.code(201).send(await insertAccount(db, { username, passwordHash, createdAt: clock.now() }))
      } catch (error) {
        if (!dialect.isDuplicate(error)) throw error
        throw conflict('The name is taken', [{ path: 'username', message: 'is taken; choose another one' }])
      }
    },
  )

  app.put(
    '/api/accounts/current/password',
    {
      schema: {
        tags,
        summary: "Change one's own password; all other sessions end",
        body: passwordChangeSchema,
        response: { 200: sessionSchema },
        problems: [401, 403, 429],
      },
    },
    async request => {
      const account = await visitors.mustBeLoggedIn(request)
      const { currentPassword, newPassword } = request.body
      const limit = logInsOfName(account.username)
      await guardTries(database, [limit])
      await countTry(database, limit)
      if (!(await isPassword(currentPassword, await passwordHashOf(db, account.id))))
        throw invalid([{ path: 'currentPassword', message: 'is wrong' }])
      await forgetTries(database, limit)
      await setPasswordHash(db, account.id, await hashPassword(newPassword))
      await visitors.logOutEverywhere(account)
      await visitors.logIn(request, account)
      return { account, csrfToken: request.session.csrfToken() }
    },
  )
}
