import { type Clock, type Duration, type Logger, type Random, seconds } from '@terrace/kit'
import { type Metrics, Problem } from '@terrace/service/plain'
import { free } from '../pictures/free.ts'
import type { Upload } from '../uploads/receive.ts'
import type { WorkerPool } from '../workers/worker-pool.ts'
import type { WorkerOutcome, WorkerThread } from '../workers/worker-thread.ts'
import { Job, type JobEnd } from './job.ts'
import { Pace } from './pace.ts'
import { reportJob } from './report-job.ts'

/** Pixels from which a picture is large: of these only one is worked on at a time. */
const LARGE_PIXELS = 4_000_000
/** Bytes of results that are held, by clients that still read and by kept jobs; while there are more, none is begun. */
export const MAX_RESULT_BYTES = 64 * 1024 * 1024

const ID_ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'

export interface SchedulerOptions {
  readonly pool: WorkerPool
  readonly workers: number
  /** Most jobs that wait. */
  readonly capacity: number
  readonly clock: Clock
  /** Unpredictable: ids are secrets. */
  readonly random: Random
  readonly log: Logger
  readonly metrics: Metrics
  /** Called when results take too much room: lets go of one that is kept, if there is any. */
  makeRoom(): boolean
}

/**
 * Gives waiting jobs to idle workers in the order in which they came; a large one that must wait for another large one
 * lets the small ones behind it pass.
 */
export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #waiting: Job[] = []
  readonly #working = new Set<Job>()
  readonly #pace = new Pace()
  #resultBytes = 0
  #stopping = false

  constructor(options: SchedulerOptions) {
    this.#options = options
    options.pool.onIdle = () => this.#next()
  }

  get queued(): number {
    return this.#waiting.length
  }

  get working(): number {
    return this.#working.size
  }

  /** @throws Problem 429 when there is no place for one more, 503 when the process is to stop */
  admit(): void {
    if (this.#stopping) throw stopping()
    if (this.#waiting.length >= this.#options.capacity) throw this.busy()
  }

  /** The refusal for what would have to wait too long. */
  readonly busy = (): Problem => {
    const jobs = this.#waiting.length + this.#working.size
    const wait = this.#pace.retryAfter(jobs, this.#options.workers)
    return new Problem(429, `Too many pictures are waiting; try again in ${wait} s`, {
      headers: { 'retry-after': String(wait) },
    })
  }

  /**
   * Takes a picture.
   *
   * @throws Problem as `admit`; the upload is released then
   */
  submit(upload: Upload): Job {
    try {
      this.admit()
    } catch (error) {
      upload.release()
      throw error
    }
    const { random, clock } = this.#options
    const job = new Job(random.text(26, ID_ALPHABET), upload, clock)
    job.signal.addEventListener('abort', () => this.#giveUp(job), { once: true })
    this.#waiting.push(job)
    this.#next()
    return job
  }

  /** Takes nothing new; resolves when nothing waits or is worked on. What is not done within the grace is given up. */
  async stop(grace: Duration): Promise<void> {
    this.#stopping = true
    const { clock, log } = this.#options
    const cutOff = clock.after(grace, () => {
      log.warn('pictures were given up: they took longer than the grace', { graceMs: grace })
      for (const job of this.#unfinished()) job.cancel()
    })
    while (this.#unfinished().length > 0) await Promise.all(this.#unfinished().map(({ ended }) => ended))
    cutOff()
  }

  #unfinished(): readonly Job[] {
    return [...this.#waiting, ...this.#working]
  }

  /** A job that waits leaves the queue; one that is worked on ends when its worker does. */
  #giveUp(job: Job): void {
    const place = this.#waiting.indexOf(job)
    if (place < 0) return
    this.#waiting.splice(place, 1)
    job.inTrace(() => this.#finish(job, { kind: 'failed', problem: this.#cancelled() }))
  }

  /** Who still waits when the process stops hears that it can try again. */
  #cancelled(): Problem {
    return this.#stopping ? stopping() : cancelled()
  }

  #next(): void {
    while (this.#hasRoom()) {
      const place = this.#waiting.findIndex(job => this.#mayStart(job))
      if (place < 0) return
      const worker = this.#options.pool.take()
      if (!worker) return
      const [job] = this.#waiting.splice(place, 1)
      if (job) job.inTrace(() => this.#work(job, worker))
    }
  }

  #hasRoom(): boolean {
    while (this.#resultBytes > MAX_RESULT_BYTES) if (!this.#options.makeRoom()) return false
    return true
  }

  #mayStart(job: Job): boolean {
    return !isLarge(job) || ![...this.#working].some(isLarge)
  }

  async #work(job: Job, worker: WorkerThread): Promise<void> {
    const { clock, pool } = this.#options
    this.#working.add(job)
    const began = clock.now()
    const outcome = await worker.run(job.begin(), job, job.signal)
    const workedMs = clock.now() - began
    this.#working.delete(job)
    if (outcome.kind === 'done') this.#pace.measure(workedMs)
    this.#finish(job, this.#endOf(outcome, workedMs), began)
    // WebAssembly that has aborted once does so for ever.
    if (outcome.kind === 'failed') worker.stop()
    pool.giveBack(worker)
    this.#next()
  }

  #endOf(outcome: WorkerOutcome, workedMs: number): JobEnd {
    switch (outcome.kind) {
      case 'done': {
        const { kind: _, ...cut } = outcome
        return { kind: 'done', cut, workedMs }
      }
      case 'refused':
        return { kind: 'failed', problem: new Problem(outcome.status, outcome.detail) }
      case 'cancelled':
        return { kind: 'failed', problem: this.#cancelled() }
      case 'overdue':
        return {
          kind: 'failed',
          problem: new Problem(422, `The picture took longer than ${workedMs / seconds(1)} s and was given up`),
        }
      case 'failed':
      case 'crashed':
        this.#options.log.error('a picture could not be worked on', { kind: outcome.kind, error: outcome.reason })
        return { kind: 'failed', problem: new Problem(500, 'The picture could not be worked on; this is logged') }
    }
  }

  #finish(job: Job, end: JobEnd, began = this.#options.clock.now()): void {
    const { clock, log, metrics } = this.#options
    reportJob(job, end, { began, ended: clock.now() }, log, metrics)
    if (end.kind === 'failed') return job.finish(end)
    const { png } = end.cut
    const { length } = png
    this.#resultBytes += length
    job.finish(end, () => {
      this.#resultBytes -= length
      free(png)
      this.#next()
    })
  }
}

const isLarge = ({ header }: Job): boolean => header.width * header.height > LARGE_PIXELS

/** nginx's status for a client that has gone: nobody reads it but the log. */
const cancelled = (): Problem => new Problem(499, 'The picture was cancelled')

/** Another process takes it. */
const stopping = (): Problem =>
  new Problem(503, 'No pictures are taken at the moment; try again', { headers: { 'retry-after': '2' } })
