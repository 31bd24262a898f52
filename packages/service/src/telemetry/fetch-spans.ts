import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { activeTrace } from './active.ts'
import { traceHeadersOf } from './trace-context.ts'
import type { OpenSpan } from './tracer.ts'

/** What undici says about a request, as far as it matters here. @see undici, "Diagnostics Channel Support" */
interface UndiciRequest {
  readonly origin: string | URL
  readonly method: string
  readonly path: string
  addHeader(name: string, value: string): void
}

type Message = {
  readonly request: UndiciRequest
  readonly response?: { readonly statusCode: number }
  readonly error?: unknown
}

let users = 0
const open = new WeakMap<UndiciRequest, OpenSpan>()

/**
 * From now on every `fetch` of the process that is made inside of a trace continues it, in a span of its own where spans
 * are made. Node's own `fetch` announces what it does, so nothing has to be replaced.
 *
 * @returns ends it, once everybody who asked for it has
 */
export function traceFetch(): () => void {
  if (users++ === 0) for (const [channel, listener] of CHANNELS) subscribe(channel, listener)
  let stopped = false
  return () => {
    if (stopped) return
    stopped = true
    if (--users === 0) for (const [channel, listener] of CHANNELS) unsubscribe(channel, listener)
  }
}

function onCreate({ request }: Message): void {
  const active = activeTrace()
  if (!active) return
  const span = active.tracer?.start(request.method, { kind: 'client', parent: active.context })
  if (span?.isRecorded) {
    const url = new URL(request.path, request.origin)
    span.set({
      'http.request.method': request.method,
      // Queries may hold what is secret.
      'url.full': `${url.origin}${url.pathname}`,
      'server.address': url.hostname,
      'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    })
    open.set(request, span)
  }
  for (const [name, value] of Object.entries(traceHeadersOf(span?.context ?? active.context)))
    request.addHeader(name, value)
}

function onHeaders({ request, response }: Message): void {
  const status = response?.statusCode
  if (status === undefined) return
  const span = open.get(request)
  span?.set({ 'http.response.status_code': status })
  if (status >= 400) span?.fail(String(status))
}

function onEnd({ request, error }: Message): void {
  const span = open.get(request)
  if (!span) return
  open.delete(request)
  if (error !== undefined) span.fail(error)
  span.end()
}

// Whatever goes wrong in here must not become an error of the request.
const safely = (listener: (message: Message) => void) => (message: unknown) => {
  try {
    listener(message as Message)
  } catch {
    // A span less.
  }
}

const CHANNELS = [
  ['undici:request:create', safely(onCreate)],
  ['undici:request:headers', safely(onHeaders)],
  ['undici:request:trailers', safely(onEnd)],
  ['undici:request:error', safely(onEnd)],
] as const
