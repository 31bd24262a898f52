import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Clock, messageOf, seconds, systemClock, TerraceError } from '@terrace/kit'
import { z } from 'zod'
import {
  type DatabaseSessionQuery,
  databaseSessionQuerySchema,
  type SessionMessage,
  type SessionQuery,
  sessionQuerySchema,
} from './connection.ts'
import { refusalOf } from './guard.ts'
import {
  type EventsQuery,
  eventsQuerySchema,
  type InboxEntry,
  type InboxMessage,
  type InboxMessageQuery,
  type InboxQuery,
  inboxMessageQuerySchema,
  inboxQuerySchema,
  type JournalEntry,
  type LogLine,
  type LogsQuery,
  logsQuerySchema,
  type RolePermissions,
  routes,
  type Status,
  type ZoneQuery,
  zoneQuerySchema,
} from './routes.ts'
import {
  type TraceEntry,
  type TraceQuery,
  type TracesQuery,
  type TraceView,
  traceQuerySchema,
  tracesQuerySchema,
} from './traces.ts'
import { type UpdateMessage, type UpdateQuery, updateQuerySchema } from './update.ts'

/** What a running system can be asked. The signal is aborted when the one who asked is gone. */
export interface ControlHandlers {
  status(): Promise<Status>
  /** What every role may do, and what it did since the start. */
  permissions(): Promise<readonly RolePermissions[]>
  logs(query: LogsQuery, signal: AbortSignal): AsyncIterable<LogLine>
  events(query: EventsQuery, signal: AbortSignal): AsyncIterable<JournalEntry>
  inbox(query: InboxQuery, signal: AbortSignal): AsyncIterable<InboxEntry>
  /** @throws TerraceError INBOX_NO_SUCH_MESSAGE */
  inboxMessage(query: InboxMessageQuery): Promise<InboxMessage>
  /** The newest, the newest last. */
  traces(query: TracesQuery): Promise<readonly TraceEntry[]>
  /** @throws TerraceError TRACES_NO_SUCH_TRACE */
  trace(query: TraceQuery): Promise<TraceView>
  /** Stops a zone silently. @throws TerraceError ZONE_UNKNOWN */
  stopZone(query: ZoneQuery): Promise<void>
  /** @throws TerraceError ZONE_UNKNOWN */
  startZone(query: ZoneQuery): Promise<void>
  /** A shell, or one command, where an instance is. @throws TerraceError when it can't begin */
  session(query: SessionQuery, signal: AbortSignal): AsyncIterable<SessionMessage>
  /** A database through the network position of an instance or a task. @throws TerraceError when it can't begin */
  databaseSession(query: DatabaseSessionQuery, signal: AbortSignal): AsyncIterable<SessionMessage>
  /** Takes the final snapshots of the databases whose deletion policy asks for one. @returns their identifiers */
  finalSnapshots(): Promise<readonly string[]>
  /** Brings a changed template in. @throws TerraceError before its first message when nothing was changed */
  update(query: UpdateQuery): AsyncIterable<UpdateMessage>
  /** Resolves when everything has stopped. */
  stop(): Promise<void>
}

export interface ControlServer {
  readonly port: number
  /** Ends the streams, lets answers finish and stops listening. */
  stop(): Promise<void>
}

/** How long an answer may take to leave when the server stops. */
const LAST_WORDS = seconds(2)

/**
 * Serves the control API on 127.0.0.1.
 *
 * @param options  `token` of at least 32 characters; `port` 0 for any free one
 */
export async function startControlServer(
  handlers: ControlHandlers,
  options: { readonly token: string; readonly port: number; readonly clock?: Clock },
): Promise<ControlServer> {
  const clock = options.clock ?? systemClock
  const closing = new AbortController()
  const server = createServer({ keepAlive: false }, (request, response) => {
    response.shouldKeepAlive = false
    answer(handlers, options.token, request, response, closing.signal).catch(error => fail(response, error))
  })
  server.listen(options.port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      closing.abort()
      const giveUp = clock.after(LAST_WORDS, () => server.closeAllConnections())
      await new Promise<void>(resolve => server.close(() => resolve()))
      giveUp()
    },
  }
}

async function answer(
  handlers: ControlHandlers,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const refusal = refusalOf(request.headers, token)
  if (refusal) return send(response, refusal.status, { code: 'CONTROL_REFUSED', message: refusal.message })

  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const route = Object.entries(routes).find(([, { path }]) => path === url.pathname)
  if (!route) {
    const known = Object.values(routes).map(({ method, path }) => `${method} ${path}`)
    const message = `there is no ${url.pathname}; there is ${known.join(', ')}`
    return send(response, 404, { code: 'CONTROL_NO_SUCH_PATH', message })
  }
  const [name, { method, path }] = route
  if (request.method !== method) {
    response.setHeader('allow', method)
    return send(response, 405, { code: 'CONTROL_WRONG_METHOD', message: `${path} takes ${method}` })
  }

  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const signal = AbortSignal.any([gone.signal, closing])
  const query = Object.fromEntries(url.searchParams)
  switch (name as keyof typeof routes) {
    case 'status':
      return send(response, 200, await handlers.status())
    case 'permissions':
      return send(response, 200, { roles: await handlers.permissions() })
    case 'logs': {
      const lines = handlers.logs(parse(logsQuerySchema, query), signal)
      return stream(response, 'application/x-ndjson', lines, line => `${JSON.stringify(line)}\n`)
    }
    case 'inbox': {
      const entries = handlers.inbox(parse(inboxQuerySchema, query), signal)
      return stream(response, 'application/x-ndjson', entries, entry => `${JSON.stringify(entry)}\n`)
    }
    case 'inboxMessage':
      return send(response, 200, await handlers.inboxMessage(parse(inboxMessageQuerySchema, query)))
    case 'traces':
      return send(response, 200, { traces: await handlers.traces(parse(tracesQuerySchema, query)) })
    case 'trace':
      return send(response, 200, await handlers.trace(parse(traceQuerySchema, query)))
    case 'events': {
      const entries = handlers.events(parse(eventsQuerySchema, query), signal)
      const frame = (entry: JournalEntry) => `id: ${entry.sequence}\ndata: ${JSON.stringify(entry)}\n\n`
      return stream(response, 'text/event-stream', entries, frame)
    }
    case 'stopZone':
      await handlers.stopZone(parse(zoneQuerySchema, query))
      return send(response, 200, {})
    case 'startZone':
      await handlers.startZone(parse(zoneQuerySchema, query))
      return send(response, 200, {})
    case 'session': {
      const messages = handlers.session(parse(sessionQuerySchema, query), signal)
      return conversation(response, messages)
    }
    case 'databaseSession': {
      const messages = handlers.databaseSession(parse(databaseSessionQuerySchema, query), signal)
      return conversation(response, messages)
    }
    case 'finalSnapshots':
      return send(response, 200, { snapshots: await handlers.finalSnapshots() })
    case 'update':
      return conversation(response, handlers.update(parse(updateQuerySchema, query)))
    case 'stop':
      await handlers.stop()
      return send(response, 200, {})
  }
}

function parse<S extends z.ZodType>(schema: S, query: unknown): z.infer<S> {
  const result = schema.safeParse(query)
  if (result.success) return result.data
  throw new TerraceError('CONTROL_BAD_QUERY', z.prettifyError(result.error).replaceAll('\n', ' '))
}

/** The head waits for the first message: a session that can't begin is refused as any other call. */
async function conversation<T>(response: ServerResponse, messages: AsyncIterable<T>): Promise<void> {
  const iterator = messages[Symbol.asyncIterator]()
  const first = await iterator.next()
  const all = async function* () {
    if (!first.done) yield first.value
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  return stream(response, 'application/x-ndjson', all(), message => `${JSON.stringify(message)}\n`)
}

async function stream<T>(
  response: ServerResponse,
  contentType: string,
  items: AsyncIterable<T>,
  format: (item: T) => string,
): Promise<void> {
  response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' })
  response.flushHeaders()
  for await (const item of items) {
    if (response.destroyed) return
    if (!response.write(format(item))) await Promise.race([once(response, 'drain'), once(response, 'close')])
  }
  response.end()
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    // An answer that has begun can only be cut off: the client must not take it for complete.
    response.destroy()
  } else if (error instanceof TerraceError) {
    const { code, message, hint, blame } = error
    send(response, blame === 'input' ? 400 : 500, { code, message, ...(hint === undefined ? {} : { hint }) })
  } else {
    send(response, 500, { code: 'CONTROL_FAILED', message: messageOf(error) })
  }
}
