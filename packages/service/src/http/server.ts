import cors from '@fastify/cors'
import { type Clock, type Duration, LOWER_ALPHANUMERIC, type Logger, type Random, seconds } from '@terrace/kit'
import Fastify from 'fastify'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { logAnswer } from './access-log.ts'
import { type App, serializerCompiler, validatorCompiler, type ZodTypeProvider } from './app.ts'
import { refuseRaw } from './raw-refusal.ts'
import { errorHandler, notFoundHandler } from './refusals.ts'
import type { RoutesTable } from './routes-table.ts'
import { readRest } from './unread-body.ts'

/** Largest body, bytes. */
const BODY_LIMIT_BYTES = 65_536
/** Longer than a load balancer keeps an idle connection (60 s), or it would send requests into closed ones. */
const KEEP_ALIVE = seconds(75)
const REQUEST_TIMEOUT = seconds(30)

/** Headers of every answer. It is data for scripts: nothing may frame, sniff, cache or embed it. */
const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

/** What a server proves itself with, both as PEM. */
export interface ServerCertificate {
  readonly cert: string
  readonly key: string
}

/** Files that routes take for bodies. How one is read, and how much of it, is the route's own affair. */
export interface Uploads {
  /** Of the largest that is taken. Who sends as much and is refused may send it all, and hears why. */
  readonly bytes: number
  /** How long one may take to arrive; 30 s without. */
  readonly within: Duration
}

export interface ServerOptions {
  readonly log: Logger
  readonly clock: Clock
  readonly random: Random
  readonly telemetry: Pick<Telemetry, 'watch'>
  /** Whether what a route threw passes by itself. */
  isUnavailable(error: unknown): boolean
  readonly routes: RoutesTable
  readonly allowedOrigins: readonly string[]
  /** Serves HTTPS with it; HTTP without. */
  readonly certificate?: ServerCertificate | undefined
  readonly uploads?: Uploads | undefined
  /** When true, answers ask the client to close its connection. */
  isStopping(): boolean
}

/** An empty application with everything around it: ids, logs, refusals, CORS, limits. */
export async function createServer(options: ServerOptions): Promise<App> {
  const refuse = errorHandler(options.log, error => options.isUnavailable(error))
  const app: App = Fastify({
    ...secured(options.certificate),
    bodyLimit: BODY_LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE,
    requestTimeout: options.uploads?.within ?? REQUEST_TIMEOUT,
    // Requests that come in on open connections while we stop are still served.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    genReqId: requestIds(options.random),
    clientErrorHandler: refuseRaw,
    frameworkErrors: (error, request, reply) => {
      refuse(error, request, reply)
    },
  }).withTypeProvider<ZodTypeProvider>()
  // Node closes connections whose headers take longer; it must not be shorter than the time between two requests.
  app.server.headersTimeout = KEEP_ALIVE + seconds(5)

  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  const traces = options.telemetry.watch(app)
  app.setErrorHandler((error, request, reply) => {
    refuse(error, request, reply)
    if (reply.statusCode >= 500) traces.fail(request, error)
  })
  app.setNotFoundHandler(notFoundHandler(options.routes))
  app.addHook('onRoute', options.routes.add)
  acceptJsonOnly(app)

  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS)
    reply.header('x-request-id', request.id)
    if (options.isStopping()) reply.header('connection', 'close')
    done()
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (reply.statusCode < 400) done()
    else readRest(request.raw, options.clock, done, options.uploads?.bytes)
  })
  app.addHook('onResponse', logAnswer(options.log, traces))
  if (options.allowedOrigins.length > 0) await allowOrigins(app, options.allowedOrigins)
  return app
}

// Typed as nothing: whether it is http or https is all the same to what routes see of the server.
const secured = (certificate: ServerCertificate | undefined): object =>
  certificate ? { https: { ...certificate, minVersion: 'TLSv1.2' } } : {}

async function allowOrigins(app: App, origins: readonly string[]): Promise<void> {
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['Content-Type', 'Idempotency-Key', 'If-Match', 'If-None-Match'],
    exposedHeaders: [
      'X-Total-Count',
      'Link',
      'Location',
      'ETag',
      'Idempotency-Replayed',
      'Retry-After',
      'X-Request-Id',
    ],
    maxAge: 600,
  })
}

// Many clients name a content type on every POST, also on those that need no body.
function acceptJsonOnly(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parse(request, String(body), done)
  })
}

/** A caller's own id when it is harmless, else one of ours. */
function requestIds(random: Random): (request: { headers: Record<string, string | string[] | undefined> }) => string {
  const start = random.text(8, LOWER_ALPHANUMERIC)
  let count = 0
  return request => {
    const given = request.headers['x-request-id']
    if (typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given)) return given
    count += 1
    return `${start}-${count.toString(36)}`
  }
}
