import { type Clock, type Duration, jsonLogger, messageOf, milliseconds, type Random, seconds } from '@terrace/kit'
import { KeptJobs } from '../jobs/kept-jobs.ts'
import { Scheduler } from '../jobs/scheduler.ts'
import { fetchModel, type ModelFile } from '../model/fetch-model.ts'
import { addCutoutRoutes } from '../routes/cutouts.ts'
import { addHealthRoutes, type Phase } from '../routes/health.ts'
import { cutoutSettings } from '../settings.ts'
import { ByteBudget } from '../uploads/byte-budget.ts'
import { WorkerPool } from '../workers/worker-pool.ts'
import { WorkerThread } from '../workers/worker-thread.ts'
// The main thread loads libvips before any worker does: its code must outlive them.
import '../pictures/sharp.ts'
import { createServer } from './create-server.ts'

/** How long pictures under way may take once the process was asked to stop. */
const GRACE = seconds(20)
/** How long a picture may take. */
const TIME_LIMIT = seconds(30)
/** Bytes of files that are held: arriving, waiting and being worked on. */
const MAX_UPLOAD_BYTES = 64 * 1024 * 1024

/** The process that the service runs in. */
export interface CutoutHost {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** Unpredictable, except in tests. */
  readonly random: Random
  /** Standard output. */
  write(text: string): void
  /** The module that a worker thread runs; it calls `serveWorker`. */
  readonly workerEntry: URL
  /** How long a picture may take; 30 s by default. */
  readonly timeLimit?: Duration
}

/** The service, listening. */
export interface RunningCutout {
  /** `http://127.0.0.1:8000` */
  readonly url: string
  /** Resolves when pictures are taken; rejects with a `TerraceError` when no worker can start. */
  readonly ready: Promise<void>
  /** Takes nothing new, finishes what it has within 20 s, closes everything. */
  stop(): Promise<void>
}

/**
 * Starts the service. It listens at once, so that `/livez` answers while the workers load.
 *
 * @throws TerraceError `SERVICE_BAD_CONFIG`; Node's own error when the port can't be had
 */
export async function startCutout(host: CutoutHost): Promise<RunningCutout> {
  const { clock, random } = host
  const { host: address, port, logLevel, workers, capacity, model } = cutoutSettings(host.environment)
  const log = jsonLogger(clock, line => host.write(line), logLevel)
  let phase: Phase = 'starting'
  let modelFile: ModelFile | undefined
  const pool = new WorkerPool({
    size: workers,
    clock,
    log,
    open: () =>
      new WorkerThread({
        entry: host.workerEntry,
        settings: modelFile === undefined ? {} : { model: modelFile.path },
        clock,
        timeLimit: host.timeLimit ?? TIME_LIMIT,
      }),
  })
  const scheduler = new Scheduler({ pool, workers, capacity, clock, random, log })
  const jobs = new KeptJobs(clock)
  scheduler.makeRoom = jobs.makeRoom
  const app = createServer({ log, clock, random, isStopping: () => phase === 'stopping' })
  addHealthRoutes(app, () => phase, pool, scheduler)
  addCutoutRoutes(app, {
    scheduler,
    jobs,
    uploads: new ByteBudget(MAX_UPLOAD_BYTES),
    isReady: () => phase === 'ready',
  })
  const url = await app.listen({ host: address, port })
  log.info('listening', { url, workers, capacity })

  const stopFetching = new AbortController()
  const start = async () => {
    if (model !== undefined) modelFile = await fetchModel(model, stopFetching.signal)
    await pool.start()
    if (phase !== 'starting') return
    phase = 'ready'
    log.info('ready', { segmenter: model ?? 'grabcut' })
  }
  const ready = start()

  const stop = async () => {
    log.info('stopping')
    phase = 'stopping'
    stopFetching.abort(new Error('the service is stopping'))
    const cutOff = clock.after(GRACE, () => {
      log.warn('pictures were given up: they took longer than the grace', { graceMs: GRACE })
      scheduler.cancelAll()
      app.server.closeAllConnections()
    })
    // Connections whose request was under way become idle one after the other.
    const stopSweeping = clock.every(milliseconds(50), () => app.server.closeIdleConnections())
    const closed = app.close()
    await scheduler.idle()
    await closed
    stopSweeping()
    cutOff()
    jobs.stop()
    await pool.stop()
    await modelFile?.remove()
    await ready.catch(error => log.warn('it stopped before it was ready', { error: messageOf(error) }))
    log.info('stopped')
  }
  let stopped: Promise<void> | undefined
  return {
    url,
    ready,
    stop() {
      stopped ??= stop()
      return stopped
    },
  }
}
