import type { FastifyRequest } from 'fastify'
import type { App } from '../http/app.ts'
import { HEALTH_PATHS } from '../http/health-paths.ts'
import { type Active, within } from './active.ts'
import { readTraceContext } from './trace-context.ts'
import type { OpenSpan, Tracer } from './tracer.ts'

/** What is known of one request. */
export interface Traced extends Active {
  readonly span?: OpenSpan
  /** The span knows already why. */
  failed?: boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What `traceRequests` knows about it. A property: tables with weak keys cost a multiple for each request. */
    traced: Traced | undefined
  }
}

/** What each request of a server belongs to. */
export interface RequestTraces {
  of(request: FastifyRequest): Active | undefined
  /** The request failed by a mistake of ours. */
  fail(request: FastifyRequest, error: unknown): void
}

/**
 * Reads the context of every request and does its work inside of it; with a tracer, in a span of its own, named after
 * the route. Add it before every other hook.
 *
 * @see OpenTelemetry, "Semantic conventions for HTTP spans"
 */
export function traceRequests(app: App, tracer: Tracer | undefined): RequestTraces {
  app.decorateRequest('traced', undefined)
  app.addHook('onRequest', (request, _reply, done) => {
    const traced = begin(request, tracer)
    if (!traced) return done()
    request.traced = traced
    within(traced, done)
  })
  app.addHook('onResponse', (request, reply, done) => {
    const traced = request.traced
    if (traced) finish(traced, reply.statusCode, reply.raw.writableFinished)
    done()
  })
  return {
    of: request => request.traced,
    fail(request, error) {
      const traced = request.traced
      if (!traced?.span) return
      traced.span.fail(error)
      traced.failed = true
    },
  }
}

function begin(request: FastifyRequest, tracer: Tracer | undefined): Traced | undefined {
  const parent = readTraceContext(request.headers)
  if (!tracer) return parent && { context: parent }
  const { method, url } = request
  const query = url.indexOf('?')
  const path = query < 0 ? url : url.slice(0, query)
  if (HEALTH_PATHS.has(path)) return parent && { context: parent }
  const route = request.is404 ? undefined : request.routeOptions.url
  const span = tracer.start(route === undefined ? method : `${method} ${route}`, { kind: 'server', parent })
  if (span.isRecorded)
    span.set({
      'http.request.method': method,
      'http.route': route,
      'url.path': path,
      'url.scheme': request.protocol,
      'server.address': request.hostname,
      'client.address': request.ip,
      'user_agent.original': request.headers['user-agent'],
      'terrace.request_id': request.id,
    })
  return { context: span.context, tracer, span }
}

function finish({ span, failed = false }: Traced, status: number, finished: boolean): void {
  if (span?.isRecorded) {
    span.set({ 'http.response.status_code': status })
    if (status >= 500 && !failed) span.fail(String(status))
    else if (!finished) span.fail('the client went away')
  }
  span?.end()
}
