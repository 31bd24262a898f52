import { type Clock, LOWER_ALPHANUMERIC, type Logger, type Random, seconds } from '@terrace/kit'
import { Problem } from '@terrace/service'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify'
import { readRest } from './read-rest.ts'
import { sendProblem } from './send-problem.ts'

/** Longer than a load balancer keeps an idle connection (60 s), or it would send requests into closed ones. */
const KEEP_ALIVE = seconds(75)
/** For a whole upload to arrive. */
const REQUEST_TIMEOUT = seconds(60)

/** Asked every few seconds; logged only when they fail. */
const QUIET = new Set(['/healthcheck', '/livez', '/readyz'])

export interface ServerOptions {
  readonly log: Logger
  readonly clock: Clock
  readonly random: Random
  isStopping(): boolean
}

/** A server without routes: ids, access log, refusals as problem documents. Bodies are left to the routes, unread. */
export function createServer({ log, clock, random, isStopping }: ServerOptions): FastifyInstance {
  const prefix = random.text(8, LOWER_ALPHANUMERIC)
  let count = 0
  const app = Fastify({
    keepAliveTimeout: KEEP_ALIVE,
    requestTimeout: REQUEST_TIMEOUT,
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 100 },
    genReqId: () => `${prefix}-${(++count).toString(36)}`,
  })
  app.server.headersTimeout = KEEP_ALIVE + seconds(5)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _body, done) => done(null))
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    if (isStopping()) reply.header('connection', 'close')
    done()
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (reply.statusCode < 400) done()
    else readRest(request.raw, clock, done)
  })
  app.addHook('onResponse', (request, reply, done) => {
    if (reply.statusCode >= 400 || !QUIET.has(request.url)) log.info('request', lineOf(request, reply))
    done()
  })
  app.setErrorHandler((error, request, reply) => sendProblem(reply, problemOf(error, request, log)))
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, new Problem(404, `There is nothing for ${request.method} ${request.url.slice(0, 200)}`)),
  )
  return app
}

const lineOf = (request: FastifyRequest, reply: { readonly statusCode: number; readonly elapsedTime: number }) => ({
  requestId: request.id,
  method: request.method,
  path: request.url,
  status: reply.statusCode,
  durationMs: Math.round(reply.elapsedTime * 10) / 10,
})

function problemOf(error: unknown, request: FastifyRequest, log: Logger): Problem {
  if (error instanceof Problem) return error
  const status = error instanceof Error ? (error as Partial<FastifyError>).statusCode : undefined
  if (error instanceof Error && status !== undefined && status >= 400 && status < 500)
    return new Problem(status, error.message)
  const described = error instanceof Error ? (error.stack ?? error.message) : String(error)
  log.error('a request failed', { requestId: request.id, method: request.method, path: request.url, error: described })
  return new Problem(500, `Something went wrong here; it is logged as request ${request.id}`)
}
