import { type IncomingMessage, request as send } from 'node:http'
import { basename } from 'node:path'
import { type Duration, errnoOf, messageOf, minutes, seconds, TerraceError } from '@terrace/kit'
import { z } from 'zod'
import {
  type DatabaseSessionQuery,
  type SessionMessage,
  type SessionQuery,
  sessionMessageSchema,
} from './connection.ts'
import { ControlErrors } from './errors.ts'
import { linesOf } from './lines.ts'
import { type ControlRecord, controlFile, readRecord } from './record.ts'
import {
  failureSchema,
  type InboxEntry,
  type InboxMessage,
  inboxEntrySchema,
  inboxMessageSchema,
  type JournalEntry,
  journalEntrySchema,
  type LogKind,
  type LogLine,
  logLineSchema,
  permissionsSchema,
  type RolePermissions,
  routes,
  type Status,
  snapshotsSchema,
  statusSchema,
} from './routes.ts'
import { type TraceEntry, type TraceView, tracesSchema, traceViewSchema } from './traces.ts'
import { type UpdateMessage, type UpdateQuery, updateMessageSchema } from './update.ts'

/** A running system, as a command sees it. Every call may throw one of `ControlErrors`. */
export interface ControlClient {
  readonly record: ControlRecord
  status(): Promise<Status>
  /** What every role may do, and what it did since the start. */
  permissions(): Promise<readonly RolePermissions[]>
  logs(query: { kind?: LogKind; resource?: string; follow?: boolean }, signal?: AbortSignal): AsyncIterable<LogLine>
  /** The mails in the inbox, the newest last, then those to come when it follows. */
  inbox(query: { to?: string; follow?: boolean }, signal?: AbortSignal): AsyncIterable<InboxEntry>
  /** One of them. @throws TerraceError INBOX_NO_SUCH_MESSAGE as well */
  inboxMessage(id: string): Promise<InboxMessage>
  /** The newest traces, the newest last. */
  traces(query: { most?: number }): Promise<readonly TraceEntry[]>
  /** One of them. @throws TerraceError TRACES_NO_SUCH_TRACE as well */
  trace(id: string): Promise<TraceView>
  /** Entries from `since` on, then those to come; without `since` only those to come. Ends with the system. */
  events(query: { since?: number }, signal?: AbortSignal): AsyncIterable<JournalEntry>
  /** Resolves when the zone is silent. @throws TerraceError ZONE_UNKNOWN as well */
  stopZone(zone: string): Promise<void>
  /** Resolves when the zone takes launches again. @throws TerraceError ZONE_UNKNOWN as well */
  startZone(zone: string): Promise<void>
  /** A shell, or one command, where an instance is; lasts until the signal or the other side ends it. */
  session(query: SessionQuery, signal?: AbortSignal): AsyncIterable<SessionMessage>
  /** A database through the network position of an instance or a task; lasts as a session does. */
  databaseSession(query: DatabaseSessionQuery, signal?: AbortSignal): AsyncIterable<SessionMessage>
  /** Takes the final snapshots of the databases whose deletion policy asks for one. @returns their identifiers */
  finalSnapshots(): Promise<readonly string[]>
  /** Brings a changed template in; with `plan` nothing but the check comes. @throws TerraceError UPDATE_REFUSED as well */
  update(query: UpdateQuery): AsyncIterable<UpdateMessage>
  /** Resolves when everything has stopped; Terrace's own process ends right after. */
  stop(): Promise<void>
}

export interface ConnectOptions {
  /** Longest wait for the beginning of an answer; 5 s unless told. */
  readonly answerWithin?: Duration
  /** Longest wait for a stop, which drains first; 2 min unless told. */
  readonly stopWithin?: Duration
}

/** What a zone may take to fall silent, or to come back. */
const ZONE_PATIENCE = seconds(30)

/** What the first message of a session may take: a command that stops a process waits for its end. */
const SESSION_PATIENCE = seconds(60)

/** What it may take to load a changed template and to check it. */
const UPDATE_PATIENCE = seconds(60)

/** What a snapshot of a large database may take. */
const SNAPSHOT_PATIENCE = minutes(10)

/**
 * Finds the running system whose state is in `stateFolder`.
 *
 * @throws TerraceError CONTROL_NOT_RUNNING, CONTROL_STALE (its process is gone) or CONTROL_CORRUPT
 */
export function connect(stateFolder: string, options: ConnectOptions = {}): ControlClient {
  const name = basename(stateFolder)
  const file = controlFile(stateFolder)
  const record = liveRecord(stateFolder, name, file)
  const answerWithin = options.answerWithin ?? seconds(5)

  async function call(
    route: { readonly method: string; readonly path: string },
    query: Record<string, string> = {},
    { within = answerWithin, signal }: { within?: Duration; signal?: AbortSignal | undefined } = {},
  ): Promise<IncomingMessage> {
    const response = await begin({ record, route, query, within, signal, name, file })
    if (response.statusCode === 200) return response
    if (response.statusCode === 401) throw ControlErrors.wrongToken(name, file)
    const failure = read(failureSchema, route.path, await textOf(response, name))
    throw new TerraceError(failure.code, failure.message, {
      blame: response.statusCode === 500 ? 'internal' : 'input',
      ...(failure.hint === undefined ? {} : { hint: failure.hint }),
    })
  }

  async function* streamOf(response: IncomingMessage, signal: AbortSignal | undefined): AsyncIterable<string> {
    try {
      yield* linesOf(response)
    } catch (error) {
      if (signal?.aborted) return
      throw ControlErrors.interrupted(name, { cause: error })
    }
  }

  return {
    record,
    async status() {
      return read(statusSchema, routes.status.path, await textOf(await call(routes.status), name))
    },
    async permissions() {
      const answer = await call(routes.permissions)
      return read(permissionsSchema, routes.permissions.path, await textOf(answer, name)).roles
    },
    async *logs({ kind, resource, follow }, signal) {
      const query = {
        ...(kind === undefined ? {} : { kind }),
        ...(resource === undefined ? {} : { resource }),
        ...(follow ? { follow: 'true' } : {}),
      }
      const response = await call(routes.logs, query, { signal })
      for await (const line of streamOf(response, signal)) yield read(logLineSchema, routes.logs.path, line)
    },
    async *inbox({ to, follow }, signal) {
      const query = { ...(to === undefined ? {} : { to }), ...(follow ? { follow: 'true' } : {}) }
      const response = await call(routes.inbox, query, { signal })
      for await (const line of streamOf(response, signal)) yield read(inboxEntrySchema, routes.inbox.path, line)
    },
    async inboxMessage(id) {
      return read(
        inboxMessageSchema,
        routes.inboxMessage.path,
        await textOf(await call(routes.inboxMessage, { id }), name),
      )
    },
    async traces({ most }) {
      const answer = await call(routes.traces, most === undefined ? {} : { most: String(most) })
      return read(tracesSchema, routes.traces.path, await textOf(answer, name)).traces
    },
    async trace(id) {
      return read(traceViewSchema, routes.trace.path, await textOf(await call(routes.trace, { id }), name))
    },
    async *events({ since }, signal) {
      const response = await call(routes.events, since === undefined ? {} : { since: String(since) }, { signal })
      for await (const line of streamOf(response, signal)) {
        const data = /^data: (.*)$/.exec(line)?.[1]
        if (data !== undefined) yield read(journalEntrySchema, routes.events.path, data)
      }
    },
    async stopZone(zone) {
      await textOf(await call(routes.stopZone, { zone }, { within: ZONE_PATIENCE }), name)
    },
    async startZone(zone) {
      await textOf(await call(routes.startZone, { zone }, { within: ZONE_PATIENCE }), name)
    },
    async *session({ instance, as, command, direct }, signal) {
      const query = {
        instance,
        ...(as === undefined ? {} : { as }),
        ...(command === undefined ? {} : { command: JSON.stringify(command) }),
        ...(direct === undefined ? {} : { direct }),
      }
      const response = await call(routes.session, query, { within: SESSION_PATIENCE, signal })
      for await (const line of streamOf(response, signal)) yield read(sessionMessageSchema, routes.session.path, line)
    },
    async *databaseSession({ database, via }, signal) {
      const query = { ...(database === undefined ? {} : { database }), ...(via === undefined ? {} : { via }) }
      const { path } = routes.databaseSession
      const response = await call(routes.databaseSession, query, { within: SESSION_PATIENCE, signal })
      for await (const line of streamOf(response, signal)) yield read(sessionMessageSchema, path, line)
    },
    async finalSnapshots() {
      const answer = await call(routes.finalSnapshots, {}, { within: SNAPSHOT_PATIENCE })
      return read(snapshotsSchema, routes.finalSnapshots.path, await textOf(answer, name)).snapshots
    },
    async *update({ source, parameters, plan }) {
      const query = {
        source: JSON.stringify(source),
        parameters: JSON.stringify(parameters),
        ...(plan === undefined ? {} : { plan }),
      }
      const response = await call(routes.update, query, { within: UPDATE_PATIENCE })
      const { path } = routes.update
      for await (const line of streamOf(response, undefined)) yield read(updateMessageSchema, path, line)
    },
    async stop() {
      await textOf(await call(routes.stop, {}, { within: options.stopWithin ?? minutes(2) }), name)
    },
  }
}

function liveRecord(stateFolder: string, name: string, file: string): ControlRecord {
  const record = readRecord(stateFolder)
  if (!record) throw ControlErrors.notRunning(name)
  if (!isAlive(record.pid)) throw ControlErrors.stale(name, file)
  return record
}

/** Whether a process with that id exists, ours or not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errnoOf(error) === 'EPERM'
  }
}

interface Call {
  readonly record: ControlRecord
  readonly route: { readonly method: string; readonly path: string }
  readonly query: Record<string, string>
  readonly within: Duration
  readonly signal: AbortSignal | undefined
  readonly name: string
  readonly file: string
}

function begin({ record, route, query, within, signal, name, file }: Call): Promise<IncomingMessage> {
  const parameters = new URLSearchParams(query).toString()
  return new Promise((resolve, reject) => {
    const request = send({
      host: '127.0.0.1',
      port: record.port,
      method: route.method,
      path: parameters === '' ? route.path : `${route.path}?${parameters}`,
      headers: { authorization: `Bearer ${record.token}` },
      agent: false,
      timeout: within,
      ...(signal ? { signal } : {}),
    })
    request.once('timeout', () => request.destroy(ControlErrors.unresponsive(name, record.pid, within)))
    request.once('error', error => {
      if (error instanceof TerraceError || signal?.aborted) reject(error)
      else if (errnoOf(error) === 'ECONNREFUSED') reject(ControlErrors.stale(name, file, { cause: error }))
      else reject(ControlErrors.interrupted(name, { cause: error }))
    })
    request.once('response', response => {
      // Only the beginning is awaited with a limit: a stream may be silent for hours.
      request.setTimeout(0)
      response.setEncoding('utf8')
      resolve(response)
    })
    request.end()
  })
}

async function textOf(response: IncomingMessage, name: string): Promise<string> {
  try {
    let text = ''
    for await (const chunk of response) text += chunk
    return text
  } catch (error) {
    throw ControlErrors.interrupted(name, { cause: error })
  }
}

function read<S extends z.ZodType>(schema: S, path: string, text: string): z.infer<S> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw ControlErrors.badAnswer(path, messageOf(error))
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw ControlErrors.badAnswer(path, z.prettifyError(result.error).replaceAll('\n', ' '))
}
