import { type Clock, jsonLogger, type Logger, milliseconds, type Random, seconds } from '@terrace/kit'
import { type Config, readConfig, type Variables } from './config/config.ts'
import type { serverVariables } from './config/server-config.ts'
import { addDocsRoutes } from './docs/routes.ts'
import type { App } from './http/app.ts'
import { addHealthRoutes, type Health, type Phase } from './http/health.ts'
import type { HealthPath } from './http/health-paths.ts'
import { lineWriter } from './http/line-writer.ts'
import type { ApiInfo } from './http/openapi.ts'
import { unavailable } from './http/problem.ts'
import { RoutesTable } from './http/routes-table.ts'
import { createServer, type ServerCertificate, type Uploads } from './http/server.ts'
import { openTelemetry, type Telemetry } from './telemetry/telemetry.ts'
import { tracedLog } from './telemetry/traced-log.ts'
import { telemetryVariables } from './telemetry/variables.ts'

/** How long requests in flight may take once the process was asked to stop. */
const GRACE = seconds(20)

/** What a service is, whatever it keeps its data in. */
export interface CommonService<V extends Variables, Context> {
  readonly info: ApiInfo
  /** The application's own environment variables. */
  readonly variables: V
  /** The port when `PORT` is not set; 8000 by default. */
  readonly port?: number
  /** A path that answers as `/readyz` does, for those who were promised one. */
  readonly healthPath?: HealthPath
  /** Where the API's description is served besides `/openapi.json`, for those who see only a part of the paths. */
  readonly descriptionPath?: string
  /** Where routes take more than 64 KB of JSON. */
  readonly uploads?: Uploads
  /** What `/readyz` asks of the service itself; without it, it is as able as it is ready. */
  health?(): Health
  /** A service without routes of its own, such as a worker, answers for its health alone. */
  addRoutes?(app: App, context: Context): void
  /**
   * Writes or reads what must be there before the first request; in every instance at once.
   *
   * @param signal  aborted when the process is to stop before it is ready: what was opened is to be closed then
   */
  prepare?(context: Context, signal: AbortSignal): Promise<void>
  /** What goes on beside the requests, from the moment that the process is ready. */
  work?(context: Context): Work
}

/** Something that goes on until it is stopped. */
export interface Work {
  /** Takes nothing new, finishes what it has, and resolves. */
  stop(): Promise<void>
}

/** What every service is given. */
export interface CommonContext<V extends Variables> {
  readonly config: Config<V>
  readonly clock: Clock
  /** Unpredictable, except in tests. */
  readonly random: Random
  /** Its lines carry `traceId` and `spanId` when they are written while a request is worked on. */
  readonly log: Logger
  readonly telemetry: Telemetry
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
  /** Resolves when requests are served; rejects when what comes before that fails. */
  readonly ready: Promise<void>
  /** Answers what is under way, closes everything; resolves within the grace of 20 s. */
  stop(): Promise<void>
}

/** What a service stands on: the database, or whatever takes its place. */
export interface Ground<Context> {
  readonly context: Context
  /** Said when it listens, such as `{ database: 'mysql' }`. */
  readonly described: Readonly<Record<string, unknown>>
  /** Whether the database answers, for `/readyz`; without it there is none. */
  readonly ping?: () => Promise<void>
  /** It comes back by itself: the client gets 503, and what comes before readiness is tried again. */
  isUnavailable(error: unknown): boolean
  /** What comes before the service's own `prepare`. */
  prepare?(signal: AbortSignal): Promise<void>
  /** Runs when the process is ready, and every hour after. */
  tidy?(): Promise<void>
  close?(): Promise<void>
}

/** What a life needs of the environment. */
export interface LifeSettings {
  readonly server: Config<ReturnType<typeof serverVariables>>
  /** Serves HTTPS with it; HTTP without. */
  readonly certificate?: ServerCertificate | undefined
}

/**
 * The life of an API server. It listens at once, so that `/livez` answers while the ground is still being waited for;
 * other requests get 503 until the service is prepared.
 *
 * @throws Node's own error when the port can't be had
 */
export async function live<V extends Variables, Context extends CommonContext<V>>(
  service: CommonService<V, Context>,
  host: Host,
  { server, certificate }: LifeSettings,
  stand: (log: Logger, telemetry: Telemetry) => Ground<Context>,
): Promise<RunningService> {
  const { clock, random } = host
  const output = lineWriter(clock, text => host.write(text))
  const log = tracedLog(jsonLogger(clock, output.write, server.LOG_LEVEL))
  const config = readConfig(telemetryVariables, host.environment)
  const telemetry = await openTelemetry({ config, info: service.info, clock, log, write: output.write })
  const ground = stand(log, telemetry)

  let phase: Phase = 'starting'
  const routes = new RoutesTable()
  const app = await createServer({
    log,
    clock,
    random,
    telemetry,
    isUnavailable: error => ground.isUnavailable(error),
    routes,
    allowedOrigins: server.ALLOWED_ORIGINS,
    certificate,
    uploads: service.uploads,
    isStopping: () => phase === 'stopping',
  })
  addHealthRoutes(app, {
    clock,
    phase: () => phase,
    health: () => service.health?.(),
    ...(ground.ping ? { ping: ground.ping } : {}),
    ...(service.healthPath ? { alias: service.healthPath } : {}),
  })
  if (service.addRoutes) addDocsRoutes(app, service.info, routes, service.descriptionPath)
  app.register(async (api: App) => {
    api.addHook('onRequest', (_request, _reply, done) =>
      done(phase === 'starting' ? unavailable('The service is starting; try again in a moment') : undefined),
    )
    service.addRoutes?.(api, ground.context)
  })

  const url = await app.listen({ host: server.HOST, port: server.PORT })
  log.info('listening', { url, ...ground.described })

  const stopping = new AbortController()
  const tidy = async () => {
    await ground.tidy?.().catch(error => log.warn('tidying failed', { error: String(error) }))
  }
  let stopTidying = () => {}
  let work: Work | undefined
  const prepare = async () => {
    await ground.prepare?.(stopping.signal)
    if (stopping.signal.aborted) return
    await untilAvailable(ground, clock, stopping.signal, async () => service.prepare?.(ground.context, stopping.signal))
    if (stopping.signal.aborted) return
    phase = 'ready'
    work = service.work?.(ground.context)
    log.info('ready')
    if (ground.tidy) stopTidying = clock.every(seconds(3600), tidy)
    await tidy()
  }
  const prepared = prepare()

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
    await ground.close?.().catch(error => log.warn('closing the database failed', { error: String(error) }))
    await telemetry.stop()
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

// What the service stands on may go away between its own preparation and the service's.
async function untilAvailable<Context>(
  ground: Ground<Context>,
  clock: Clock,
  signal: AbortSignal,
  action: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      return await action()
    } catch (error) {
      if (!ground.isUnavailable(error)) throw error
      // Stopping ends the wait; what is thrown then is no failure.
      await clock.sleep(seconds(1), signal).catch(() => {})
    }
  }
}
