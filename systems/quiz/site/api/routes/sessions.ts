import type { App, Config, Database } from '@terrace/service'
import { addOwnRoutes } from '@terrace/service/accounts'
import { logInsByName } from '../accounts/log-ins.ts'
import type { SiteVisitors } from '../accounts/visitors.ts'
import type { Tables } from '../data/tables.ts'
import { credentialsSchema, sessionSchema } from '../schemas/account.ts'
import type { SiteVariables } from '../settings.ts'

/** `/api/sessions`: log-in and log-out, and the password of one's own. */
export function addSessionRoutes(
  app: App,
  database: Database<Tables>,
  visitors: SiteVisitors,
  config: Config<SiteVariables>,
): void {
  const logIns = logInsByName(database, visitors, config.TRUSTED_PROXIES)

  app.post(
    '/api/sessions',
    {
      config: { csrf: 'origin' },
      schema: {
        tags: ['sessions'],
        summary: 'Log in',
        body: credentialsSchema,
        response: { 201: sessionSchema },
        problems: [401, 429],
      },
    },
    async (request, reply) => {
      const { username, password } = request.body
      return reply.code(201).send(await logIns.logIn(request, username, password))
    },
  )

  addOwnRoutes(app, logIns, sessionSchema)
}
