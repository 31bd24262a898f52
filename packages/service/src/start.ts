import {
  type Clock,
  formatError,
  jsonLogger,
  type Logger,
  milliseconds,
  type Random,
  seconds,
  TerraceError,
} from '@terrace/kit'
import { type Config, readConfig, type Variables } from './config/config.ts'
import { type DatabaseDefaults, databaseConfig, databaseVariables, MYSQL } from './config/database-config.ts'
import { serverVariables } from './config/server-config.ts'
import { connect, type Database } from './database/connect.ts'
import type { Migration } from './database/migrate.ts'
import { prepareDatabase } from './database/prepare.ts'
import { addDocsRoutes } from './docs/routes.ts'
import type { App } from './http/app.ts'
import { addHealthRoutes, type Phase } from './http/health.ts'
import { lineWriter } from './http/line-writer.ts'
import type { ApiInfo } from './http/openapi.ts'
import { unavailable } from './http/problem.ts'
import { RoutesTable } from './http/routes-table.ts'
import { createServer } from './http/server.ts'

/** How long requests in flight may take once the process was asked to stop. */
const GRACE = seconds(20)

/** What an application is, besides what all have in common. */
export interface Service<V extends Variables, Tables> {
  readonly info: ApiInfo
  /** The application's own environment variables. */
  readonly variables: V
  /** In the order in which they run. */
  readonly migrations: readonly Migration[]
  /** The port when `PORT` is not set; 8000 by default. */
  readonly port?: number
  /** What `DATABASE_HOST` names; MySQL, with a database `mydb`, by default. */
  readonly database?: DatabaseDefaults
  /** A service without routes of its own, such as a worker, answers for its health alone. */
  addRoutes?(app: App, context: ServiceContext<V, Tables>): void
  /** Writes what must be there before the first request; after the migrations, in every instance at once. */
  prepare?(context: ServiceContext<V, Tables>): Promise<void>
  /** What goes on beside the requests, from the moment that the process is ready. */
  work?(context: ServiceContext<V, Tables>): Work
  /** Runs when the process is ready, and every hour after. */
  tidy?(database: Database<Tables>): Promise<void>
}

/** Something that goes on until it is stopped. */
export interface Work {
  /** Takes nothing new, finishes what it has, and resolves. */
  stop(): Promise<void>
}

export interface ServiceContext<V extends Variables, Tables> {
  readonly config: Config<V>
  readonly database: Database<Tables>
  readonly clock: Clock
  /** Unpredictable, except in tests. */
  readonly random: Random
  readonly log: Logger
}

/** The process that a service runs in. */
export interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly random: Random
  /** Standard output. */
  write(text: string): void
  /** Sees every SQL statement before it runs; for tests. */
  readonly onStatement?: (sql: string) => void
}

/** A service that listens. */
export interface RunningService {
  /** `http://127.0.0.1:8000`; empty when the listener is no TCP port. */
  readonly url: string
  /** Resolves when the schema is up to date and requests are served; rejects when a migration fails. */
  readonly ready: Promise<void>
  /** Answers what is under way, closes everything; resolves within the grace of 20 s. */
  stop(): Promise<void>
}

/**
 * The life of an API server. It listens at once, so that `/livez` answers while the database is still being waited
 * for; other requests get 503 until the schema is up to date.
 *
 * @throws TerraceError `SERVICE_BAD_CONFIG`; Node's own error when the port can't be had
 */
export async function startService<V extends Variables, Tables>(
  service: Service<V, Tables>,
  host: Host,
): Promise<RunningService> {
  const { clock, random, environment } = host
  const common = readConfig({ ...serverVariables(service.port), ...databaseVariables }, environment)
  const own = readConfig(service.variables, environment)
  const connection = databaseConfig(common, service.database ?? MYSQL)
  const output = lineWriter(clock, text => host.write(text))
  const log = jsonLogger(clock, output.write, common.LOG_LEVEL)
  const watch = host.onStatement ? { onStatement: host.onStatement } : {}
  const database = connect<Tables>(connection, clock, watch)
  const context: ServiceContext<V, Tables> = { config: own, database, clock, random, log }

  let phase: Phase = 'starting'
  const routes = new RoutesTable()
  const app = await createServer({
    log,
    clock,
    random,
    dialect: database.dialect,
    routes,
    allowedOrigins: common.ALLOWED_ORIGINS,
    isStopping: () => phase === 'stopping',
  })
  addHealthRoutes(
    app,
    () => database.ping(),
    clock,
    () => phase,
  )
  if (service.addRoutes) addDocsRoutes(app, service.info, routes)
  app.register(async (api: App) => {
    api.addHook('onRequest', (_request, _reply, done) =>
      done(phase === 'starting' ? unavailable('The service is starting; try again in a moment') : undefined),
    )
    service.addRoutes?.(api, context)
  })

  const url = await app.listen({ host: common.HOST, port: common.PORT })
  log.info('listening', { url, database: connection.kind })

  const stopping = new AbortController()
  const tidy = async () => {
    await service.tidy?.(database).catch(error => log.warn('tidying failed', { error: String(error) }))
  }
  let stopTidying = () => {}
  let work: Work | undefined
  const prepared = prepareDatabase<Tables>(connection, service.migrations, {
    clock,
    random,
    log,
    signal: stopping.signal,
    ...watch,
  }).then(async () => {
    if (stopping.signal.aborted) return
    await untilReachable(database, stopping.signal, async () => service.prepare?.(context))
    if (stopping.signal.aborted) return
    phase = 'ready'
    work = service.work?.(context)
    log.info('ready')
    stopTidying = clock.every(seconds(3600), tidy)
    await tidy()
  })

  const stop = async () => {
    log.info('stopping')
    phase = 'stopping'
    stopping.abort(new Error('the service is stopping'))
    stopTidying()
    let cancelWaiting = () => {}
    // Together with the requests: both have the same grace.
    const worked = work?.stop()
    const cancel = clock.after(GRACE, () => {
      log.warn('requests were cut off: they took longer than the grace', { graceMs: GRACE })
      app.server.closeAllConnections()
    })
    // Connections whose request was under way when we began become idle one after the other.
    const stopSweeping = clock.every(milliseconds(50), () => app.server.closeIdleConnections())
    const overdue = new Promise<void>(resolve => {
      cancelWaiting = clock.after(GRACE, resolve)
    })
    await app.close()
    stopSweeping()
    cancel()
    await Promise.race([worked, overdue])
    cancelWaiting()
    await prepared.catch(() => {})
    await database.close().catch(error => log.warn('closing the database failed', { error: String(error) }))
    log.info('stopped')
    output.flush()
  }
  let stopped: Promise<void> | undefined
  return {
    url,
    ready: prepared,
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}

// The database may go away between the migrations and what comes after them.
async function untilReachable<Tables>(
  database: Database<Tables>,
  signal: AbortSignal,
  action: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      return await action()
    } catch (error) {
      if (!database.dialect.isUnavailable(error)) throw error
      await database.clock.sleep(seconds(1), signal)
    }
  }
}

/** What a person reads when a service can't start, and the exit code that goes with it. */
export function explainFailure(error: unknown): { readonly text: string; readonly exitCode: 2 | 70 } {
  if (error instanceof TerraceError) return { text: formatError(error), exitCode: error.blame === 'input' ? 2 : 70 }
  return { text: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: 70 }
}
