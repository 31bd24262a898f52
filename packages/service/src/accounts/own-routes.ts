import * as z from 'zod'
import type { App } from '../http/app.ts'
import { type OwnSession, passwordChangeSchema } from './account-schemas.ts'
import type { LogIns } from './log-ins.ts'
import type { AccountTables } from './tables.ts'

/** `/api/sessions/current`, and the password of one's own: what is the same however an account is named. */
export function addOwnRoutes<Tables extends AccountTables, Account extends { readonly id: number }>(
  app: App,
  logIns: LogIns<Tables, Account>,
  sessionSchema: z.ZodType<OwnSession<Account>, OwnSession<Account>>,
): void {
  app.get(
    '/api/sessions/current',
    {
      schema: {
        tags: ['sessions'],
        summary: 'Who am I, and what is my CSRF token?',
        response: { 200: sessionSchema },
      },
    },
    request => logIns.current(request),
  )

  app.delete(
    '/api/sessions/current',
    { schema: { tags: ['sessions'], summary: 'Log out', response: { 204: z.void() }, problems: [403] } },
    async (request, reply) => {
      await logIns.logOut(request)
      return reply.code(204).send()
    },
  )

  app.put(
    '/api/accounts/current/password',
    {
      schema: {
        tags: ['accounts'],
        summary: "Change one's own password; all other sessions end",
        body: passwordChangeSchema,
        response: { 200: sessionSchema },
        problems: [401, 403, 429],
      },
    },
    request => logIns.changePassword(request, request.body),
  )
}
