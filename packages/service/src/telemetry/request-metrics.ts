import type { FastifyRequest } from 'fastify'
import type { App } from '../http/app.ts'
import type { Metrics } from './metrics.ts'

/**
 * Counts requests and errors of ours, and measures how long they take: of the whole service, and of each group of routes,
 * which is the first tag of its schema.
 */
export function measureRequests(app: App, metrics: Metrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    const group = groupOf(request)
    if (group !== 'health')
      for (const dimensions of [{}, { group }]) {
        metrics.count('Requests', 1, dimensions)
        metrics.count('Errors', reply.statusCode >= 500 ? 1 : 0, dimensions)
        metrics.timing('Duration', reply.elapsedTime, dimensions)
      }
    done()
  })
}

const groupOf = ({ is404, routeOptions }: FastifyRequest): string =>
  is404 ? 'unknown' : (routeOptions.schema?.tags?.[0] ?? 'other')
