import type { FastifyInstance } from 'fastify'
import type { Scheduler } from '../jobs/scheduler.ts'
import type { WorkerPool } from '../workers/worker-pool.ts'

/** Where the process is in its life. */
export type Phase = 'starting' | 'ready' | 'stopping'

/**
 * `/healthcheck` and `/readyz`: whether pictures are taken, answered from memory, however busy the workers are.
 * `/livez`: this process is well. A full queue is no illness: replacing the instance would not empty it.
 */
export function addHealthRoutes(
  app: FastifyInstance,
  phase: () => Phase,
  pool: WorkerPool,
  scheduler: Scheduler,
): void {
  app.get('/livez', async () => ({ status: 'alive' }))
  for (const path of ['/healthcheck', '/readyz'])
    app.get(path, async (_request, reply) => {
      const status = phase()
      const { queued, working } = scheduler
      return reply
        .code(status === 'ready' && pool.alive > 0 ? 200 : 503)
        .send({ status, workers: pool.alive, working, queued })
    })
}
