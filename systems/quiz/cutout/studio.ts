import { type Duration, type Logger, seconds } from '@terrace/kit'
import type { CommonContext, Health } from '@terrace/service/plain'
import { KeptJobs } from './jobs/kept-jobs.ts'
import { Scheduler } from './jobs/scheduler.ts'
import { fetchModel, type ModelFile } from './model/fetch-model.ts'
import { type CutoutVariables, capacityOf } from './settings.ts'
import { ByteBudget } from './uploads/byte-budget.ts'
import { WorkerPool } from './workers/worker-pool.ts'
import { WorkerThread } from './workers/worker-thread.ts'
// The main thread loads libvips before any worker does: its code must outlive them.
import './pictures/sharp.ts'

/**
 * How long pictures under way may take once the process is to stop. A second less than their connections have: who still
 * waits then is told to send the picture again.
 */
const GRACE = seconds(19)
/** Bytes of files that are held: arriving, waiting and being worked on. */
const MAX_UPLOAD_BYTES = 64 * 1024 * 1024

export interface StudioOptions {
  readonly workerEntry: URL
  /** How long a picture may take. */
  readonly timeLimit: Duration
}

/** Where pictures are worked on: the queue, the workers behind it, and the results that are kept. */
export class Studio {
  readonly scheduler: Scheduler
  readonly jobs: KeptJobs
  readonly uploads = new ByteBudget(MAX_UPLOAD_BYTES)
  readonly #pool: WorkerPool
  readonly #log: Logger
  readonly #location: string | undefined
  #model: ModelFile | undefined

  constructor(
    { config, clock, random, log, telemetry }: CommonContext<CutoutVariables>,
    { workerEntry, timeLimit }: StudioOptions,
  ) {
    const workers = config.CUTOUT_WORKERS
    this.#log = log
    this.#location = config.CUTOUT_MODEL
    this.#pool = new WorkerPool({
      size: workers,
      clock,
      log,
      open: () => {
        const settings = this.#model === undefined ? {} : { model: this.#model.path }
        return new WorkerThread({ entry: workerEntry, settings, clock, timeLimit })
      },
    })
    this.jobs = new KeptJobs(clock)
    this.scheduler = new Scheduler({
      pool: this.#pool,
      workers,
      capacity: capacityOf(config),
      clock,
      random,
      log,
      metrics: telemetry.metrics,
      makeRoom: this.jobs.makeRoom,
    })
  }

  /** A full queue is no illness: replacing the instance would not empty it. */
  get health(): Health {
    const { working, queued } = this.scheduler
    const workers = this.#pool.alive
    return { able: workers > 0, told: { workers, working, queued } }
  }

  /**
   * Loads the model and the workers.
   *
   * @param signal  ends it, whatever it does
   * @throws TerraceError when there is no such model, or no worker can start; nothing is left open then
   */
  async open(signal: AbortSignal): Promise<void> {
    const giveUp = () => this.#pool.stop()
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      if (this.#location !== undefined) this.#model = await fetchModel(this.#location, signal)
      signal.throwIfAborted()
      await this.#pool.start()
    } catch (error) {
      await this.close()
      throw error
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
    this.#log.info('pictures are taken', { segmenter: this.#location ?? 'grabcut', workers: this.#pool.alive })
  }

  /** Takes nothing new, finishes what it has within 19 s, and ends the workers. */
  async close(): Promise<void> {
    await this.scheduler.stop(GRACE)
    this.jobs.stop()
    await this.#pool.stop()
    await this.#model?.remove()
  }
}
