import type { Logger } from '@terrace/kit'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { PROBLEM_TYPE, Problem, problemBody, unavailable } from './problem.ts'
import type { RoutesTable } from './routes-table.ts'

/** What Fastify's own refusals mean to a client. */
const TEXTS: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'The body is not valid JSON'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'The body is empty, but its content type is application/json'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'The body is not as long as Content-Length says'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'The body must be JSON (Content-Type: application/json)'],
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'The body is too large'],
  FST_ERR_BAD_URL: [400, 'The address is not a valid URL'],
  FST_ERR_MAX_PARAM_LENGTH: [414, 'The address is too long'],
}

/** Answers with a problem document. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .header('content-type', PROBLEM_TYPE)
    .send(problemBody(problem))
}

/**
 * Turns whatever a route threw into an answer. What the client did wrong is told to it; what we did wrong is logged
 * with the request's id, and the client gets a fixed text.
 *
 * @param isUnavailable  whether it comes back by itself: then 503
 */
export const errorHandler =
  (log: Logger, isUnavailable: (error: unknown) => boolean) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (error instanceof Problem) return sendProblem(reply, error)
    const known = asFastifyError(error)
    const text = TEXTS[known?.code ?? '']
    if (text) return sendProblem(reply, new Problem(...text))
    if (known?.statusCode && known.statusCode >= 400 && known.statusCode < 500)
      return sendProblem(reply, new Problem(known.statusCode, known.message ?? 'The request is refused'))
    const reason = { requestId: request.id, method: request.method, path: request.url, error: describe(error) }
    if (isUnavailable(error)) {
      log.warn('the database could not be reached', reason)
      return sendProblem(reply, unavailable('The database cannot be reached at the moment; try again'))
    }
    log.error('a request failed', reason)
    return sendProblem(reply, new Problem(500, `Something went wrong here; it is logged as request ${request.id}`))
  }

/** 405 with `Allow` when the path exists, else 404. */
export const notFoundHandler =
  (routes: RoutesTable) =>
  (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = request.url.split('?', 1)[0] ?? ''
    const methods = routes.methodsAt(path)
    if (methods.length === 0) return sendProblem(reply, new Problem(404, `There is nothing at ${path.slice(0, 200)}`))
    const allow = methods.join(', ')
    const detail = `${request.method} is not possible at ${path.slice(0, 200)}, only ${allow}`
    return sendProblem(reply, new Problem(405, detail, { headers: { allow } }))
  }

const asFastifyError = (error: unknown): Partial<FastifyError> | undefined =>
  error instanceof Error ? (error as Partial<FastifyError>) : undefined

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
