import { type App, type Config, conflict, type Database } from '@terrace/service'
import { clientAddress, countTry, guardTries, hashPassword } from '@terrace/service/accounts'
import { signUpsOfClient } from '../accounts/limits.ts'
import { insertAccount } from '../data/accounts.ts'
import type { Tables } from '../data/tables.ts'
import { accountSchema, newAccountSchema } from '../schemas/account.ts'
import type { SiteVariables } from '../settings.ts'

/** `/api/accounts`: sign-up. */
export function addAccountRoutes(app: App, database: Database<Tables>, config: Config<SiteVariables>): void {
  const { db, clock, dialect } = database

  app.post(
    '/api/accounts',
    {
      config: { csrf: 'origin' },
      schema: {
        tags: ['accounts'],
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
}
