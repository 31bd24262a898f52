import type { Logger } from '@terrace/kit'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Asked every few seconds by a load balancer; logged only when they fail. */
const QUIET = new Set(['/livez', '/readyz'])

/** One line per answered request. */
export const logAnswer =
  (log: Logger) =>
  (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const status = reply.statusCode
    const path = request.url
    if (status >= 400 || !QUIET.has(path)) {
      const trace = request.headers['x-amzn-trace-id']
      log.info('request', {
        requestId: request.id,
        method: request.method,
        path,
        status,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
        ...(trace ? { traceId: trace } : {}),
      })
    }
    done()
  }
