import type { App, CommonContext } from '@terrace/service/plain'
import * as z from 'zod'
import type { ItemsVariables } from '../settings.ts'

const infoSchema = z
  .object({ name: z.literal('items'), version: z.string(), environment: z.string(), time: z.iso.datetime() })
  .meta({ id: 'Info' })

/** `/api/v1/info` */
export function addInfoRoute(app: App, { config, clock }: CommonContext<ItemsVariables>): void {
  app.get(
    '/api/v1/info',
    { schema: { tags: ['info'], summary: 'What runs here', response: { 200: infoSchema } } },
    async () => ({
      name: 'items' as const,
      version: config.VERSION,
      environment: config.ENVIRONMENT,
      time: new Date(clock.now()).toISOString(),
    }),
  )
}
