import { type App, type Config, type Database, Problem } from '@terrace/service'
import { clientAddress, countTry, forgetTries, guardTries, isPassword, logInsOfClient } from '@terrace/service/accounts'
import * as z from 'zod'
import { logInsOfAddress } from '../accounts/limits.ts'
import type { Visitors } from '../accounts/visitors.ts'
import { accountByEmail } from '../data/accounts.ts'
import type { Tables } from '../data/tables.ts'
import { credentialsSchema, sessionSchema } from '../schemas/account.ts'
import type { ShopVariables } from '../settings.ts'

const tags = ['sessions']

/** `/api/sessions`: log-in and log-out. */
export function addSessionRoutes(
  app: App,
  database: Database<Tables>,
  visitors: Visitors,
  config: Config<ShopVariables>,
): void {
  const { db } = database

  app.post(
    '/api/sessions',
    {
      config: { csrf: 'origin' },
      schema: {
        tags,
        summary: 'Log in',
        body: credentialsSchema,
        response: { 201: sessionSchema },
        problems: [401, 429],
      },
    },
    async (request, reply) => {
      const { email, password } = request.body
      const client = clientAddress(request, config.TRUSTED_PROXIES)
      const limits = [logInsOfAddress(email), logInsOfClient(client)] as const
      await guardTries(database, limits)
      // Counted before the password is looked at: a hundred attempts at once are a hundred attempts.
      await countTry(database, limits[0])
      const known = await accountByEmail(db, email)
      if (!(await isPassword(password, known?.passwordHash)) || !known) {
        await countTry(database, limits[1])
        throw new Problem(401, 'The address or the password is wrong')
      }
      await forgetTries(database, limits[0])
      await visitors.logIn(request, known)
      const { passwordHash: _, ...account } = known
      return reply.code(201).send({ account, csrfToken: request.session.csrfToken() })
    },
  )

  app.get(
    '/api/sessions/current',
    { schema: { tags, summary: 'Who am I, and what is my CSRF token?', response: { 200: sessionSchema } } },
    async request => {
      const account = (await visitors.accountOf(request)) ?? null
      return { account, csrfToken: request.session.csrfToken() }
    },
  )

  app.delete(
    '/api/sessions/current',
    { schema: { tags, summary: 'Log out', response: { 204: z.void() }, problems: [403] } },
    async (request, reply) => {
      await visitors.logOut(request)
      return reply.code(204).send()
    },
  )
}
