import type { App, Config, Database } from '@terrace/service'
import { clientAddress, countTry, guardTries } from '@terrace/service/accounts'
import { signUpsOfAddress, signUpsOfClient } from '../accounts/limits.ts'
import { signUp } from '../accounts/sign-up.ts'
import type { Tables } from '../data/tables.ts'
import { newAccountSchema, signedUpSchema } from '../schemas/account.ts'
import type { ShopVariables } from '../settings.ts'

/** `/api/accounts`: sign-up. */
export function addAccountRoutes(app: App, database: Database<Tables>, config: Config<ShopVariables>): void {
  app.post(
    '/api/accounts',
    {
      config: { csrf: 'origin' },
      schema: {
        tags: ['accounts'],
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
}
