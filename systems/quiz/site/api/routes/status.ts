import type { App, Database } from '@terrace/service'
import { countWaiting } from '../data/pictures.ts'
import type { Tables } from '../data/tables.ts'
import { toIso } from '../dates.ts'
import type { CutoutWorker } from '../jobs/cutout-worker.ts'
import { statusSchema } from '../schemas/picture.ts'

/** `/api/status`: whether backgrounds are removed at the moment, and how many pictures wait. */
export function addStatusRoutes(app: App, database: Database<Tables>, worker: CutoutWorker): void {
  app.get(
    '/api/status',
    { schema: { tags: ['status'], summary: 'Is the removal of backgrounds busy?', response: { 200: statusSchema } } },
    async () => {
      const until = worker.busyUntil
      const queued = await countWaiting(database.db)
      return {
        cutout: {
          state: until === undefined ? ('open' as const) : ('busy' as const),
          queued,
          until: until === undefined ? null : toIso(until),
        },
      }
    },
  )
}
