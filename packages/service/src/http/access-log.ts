import type { Logger } from '@terrace/kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { activeTrace } from '../telemetry/active.ts'
import type { RequestTraces } from '../telemetry/server-spans.ts'
import { withTrace } from '../telemetry/traced-log.ts'
import { HEALTH_PATHS } from './health-paths.ts'

/** One line per answered request. */
export const logAnswer =
  (log: Logger, traces: RequestTraces) =>
  (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const status = reply.statusCode
    const path = request.url
    if (status >= 400 || !HEALTH_PATHS.has(path)) {
      const traced = traces.of(request)
      const line = {
        requestId: request.id,
        method: request.method,
        path,
        status,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
      }
      // After the answer the request may have been left: then the logger doesn't know.
      log.info('request', traced === activeTrace() ? line : withTrace(line, traced))
    }
    done()
  }
