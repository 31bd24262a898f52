import { type App, type Config, type Database, invalid } from '@terrace/service'
import { clientAddress, countTry, forgetTries, guardTries, hashPassword, isPassword } from '@terrace/service/accounts'
import { logInsOfAddress, signUpsOfAddress, signUpsOfClient } from '../accounts/limits.ts'
import { signUp } from '../accounts/sign-up.ts'
import type { Visitors } from '../accounts/visitors.ts'
import { passwordHashOf, setPasswordHash } from '../data/accounts.ts'
import type { Tables } from '../data/tables.ts'
import { newAccountSchema, passwordChangeSchema, sessionSchema, signedUpSchema } from '../schemas/account.ts'
import type { ShopVariables } from '../settings.ts'

const tags = ['accounts']

/** `/api/accounts` and the password of one's own. */
export function addAccountRoutes(
  app: App,
  database: Database<Tables>,
  visitors: Visitors,
  config: Config<ShopVariables>,
): void {
  const { db } = database

  app.post(
    '/api/accounts',
    {
      config: { csrf: 'origin' },
      schema: {
        tags,
        summary: 'Sign up',
        body: newAccountSchema,
        response: { 201: signedUpSchema },
        problems: [429],
      },
    },
    async (request, reply) => {
      const { email, name, password } = request.body
      const client = clientAddress(request, config.TRUSTED_PROXIES)
      const limits = [signUpsOfAddress(email), signUpsOfClient(client, config.SIGN_UPS_PER_HOUR)]
      await guardTries(database, limits)
      for (const limit of limits) await countTry(database, limit)
      await signUp(database, { email, name, password })
      return reply.code(201).send({ email, name })
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
      const limit = logInsOfAddress(account.email)
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
