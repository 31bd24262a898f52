import {
  type ControlHandlers,
  type DatabaseSessionQuery,
  type InboxEntry,
  type InboxMessage,
  type InboxQuery,
  type JournalEntry,
  type LogLine,
  type LogsQuery,
  live,
  type RolePermissions,
  type SessionMessage,
  type SessionQuery,
  type Status,
  type TraceEntry,
  type TraceView,
  type UpdateMessage,
  type UpdateQuery,
} from '@terrace/control'
import type { Stop } from '@terrace/kit'

/** The part of a running cloud that the control API shows. */
export interface Observed {
  status(): Promise<Status>
  readonly logs: {
    recent(): readonly LogLine[]
    subscribe(listener: (line: LogLine) => void): Stop
  }
  readonly journal: {
    since(sequence: number): readonly JournalEntry[]
    subscribe(listener: (entry: JournalEntry) => void): Stop
  }
  readonly zones: {
    stop(zone: string): Promise<void>
    start(zone: string): Promise<void>
  }
  inbox(): Promise<{
    list(): readonly InboxEntry[]
    subscribe(listener: (entry: InboxEntry) => void): Stop
    /** @throws TerraceError INBOX_NO_SUCH_MESSAGE */
    read(id: string): Promise<InboxMessage>
  }>
  traces(): Promise<{
    /** The newest last. */
    list(most: number): readonly TraceEntry[]
    /** @throws TerraceError TRACES_NO_SUCH_TRACE */
    read(id: string): TraceView
  }>
  /** Shells and commands where instances are, and databases through their network positions. */
  readonly connections: {
    session(query: SessionQuery, signal: AbortSignal): AsyncIterable<SessionMessage>
    databaseSession(query: DatabaseSessionQuery, signal: AbortSignal): AsyncIterable<SessionMessage>
  }
  permissions(): readonly RolePermissions[]
  finalSnapshots(): Promise<readonly string[]>
}

/** A system that may still be starting. */
export interface Running {
  /** What there is to say before the cloud is there. */
  readonly whileStarting: Status
  /** Nothing until it is there. */
  cloud(): Observed | undefined
  /** Resolves when it is there. */
  readonly started: Promise<Observed>
  /** Brings a changed template into the cloud that is there. */
  update(query: UpdateQuery): AsyncIterable<UpdateMessage>
  /** Resolves when everything has stopped. */
  stop(): Promise<void>
}

/** Answers the control API from a running system. */
export function handlersFor(running: Running): ControlHandlers {
  return {
    async status() {
      const { name, pid, stateFolder } = running.whileStarting
      const cloud = running.cloud()
      return cloud ? { ...(await cloud.status()), name, pid, stateFolder } : running.whileStarting
    },
    permissions: async () => (await running.started).permissions(),
    async *logs(query, signal) {
      const passes = filterOf(query)
      if (!query.follow) {
        const cloud = running.cloud()
        if (cloud) yield* recentLines(cloud).filter(passes)
        return
      }
      const cloud = await unlessAborted(running.started, signal)
      if (!cloud) return
      yield* live<LogLine>(listener => {
        // Replayed and subscribed in one go: no line is missed or told twice.
        for (const line of recentLines(cloud).filter(passes)) listener(line)
        const stops = [
          cloud.logs.subscribe(line => passes(line) && listener(line)),
          cloud.journal.subscribe(entry => passes(asLine(entry)) && listener(asLine(entry))),
        ]
        return () => {
          for (const stop of stops) stop()
        }
      }, signal)
    },
    async *inbox(query, signal) {
      const passes = isTo(query)
      if (!query.follow) {
        yield* ((await running.cloud()?.inbox())?.list() ?? []).filter(passes)
        return
      }
      const inbox = await unlessAborted(
        running.started.then(cloud => cloud.inbox()),
        signal,
      )
      if (!inbox) return
      yield* live<InboxEntry>(listener => {
        for (const entry of inbox.list().filter(passes)) listener(entry)
        return inbox.subscribe(entry => passes(entry) && listener(entry))
      }, signal)
    },
    inboxMessage: async ({ id }) => (await (await running.started).inbox()).read(id),
    traces: async ({ most }) => (await running.cloud()?.traces())?.list(most) ?? [],
    trace: async ({ id }) => (await (await running.started).traces()).read(id),
    async *events({ since }, signal) {
      const cloud = await unlessAborted(running.started, signal)
      if (!cloud) return
      yield* live<JournalEntry>(listener => {
        if (since !== undefined) for (const entry of cloud.journal.since(since)) listener(entry)
        return cloud.journal.subscribe(listener)
      }, signal)
    },
    stopZone: async ({ zone }) => (await running.started).zones.stop(zone),
    startZone: async ({ zone }) => (await running.started).zones.start(zone),
    async *session(query, signal) {
      const cloud = await unlessAborted(running.started, signal)
      if (cloud) yield* cloud.connections.session(query, signal)
    },
    async *databaseSession(query, signal) {
      const cloud = await unlessAborted(running.started, signal)
      if (cloud) yield* cloud.connections.databaseSession(query, signal)
    },
    finalSnapshots: async () => (await running.started).finalSnapshots(),
    async *update(query) {
      await running.started
      yield* running.update(query)
    },
    stop: () => running.stop(),
  }
}

/** What the control plane did is a log as well: its lines come from the journal. */
const asLine = ({ at, kind, node, message }: JournalEntry): LogLine => ({
  kind: 'control',
  at,
  resource: node ?? kind.split('.')[0] ?? kind,
  line: `${kind}: ${message}`,
})

const recentLines = ({ logs, journal }: Observed): readonly LogLine[] =>
  [...logs.recent(), ...journal.since(0).map(asLine)].sort((a, b) => a.at - b.at)

const filterOf =
  ({ kind, resource }: LogsQuery) =>
  (line: LogLine): boolean =>
    (kind === undefined || line.kind === kind) && (resource === undefined || line.resource.startsWith(resource))

const isTo =
  ({ to }: InboxQuery) =>
  (entry: InboxEntry): boolean =>
    to === undefined || entry.to.some(address => address.toLowerCase() === to.toLowerCase())

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const aborted = new Promise<undefined>(resolve => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  return Promise.race([promise, aborted])
}
