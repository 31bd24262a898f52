import { type Clock, type Duration, type Logger, messageOf, seconds } from '@terrace/kit'
import type { WorkerThread } from './worker-thread.ts'

const FIRST_DELAY = seconds(1)
const LONGEST_DELAY = seconds(30)

export interface PoolOptions {
  readonly size: number
  readonly clock: Clock
  readonly log: Logger
  /** Starts one more worker. */
  open(): WorkerThread
}

/** As many workers as there are to be: whichever ends is replaced. */
export class WorkerPool {
  readonly #options: PoolOptions
  /** Those whose thread runs, also while they start and while they end. */
  readonly #opened = new Set<WorkerThread>()
  /** Those that take orders or have one. */
  readonly #all = new Set<WorkerThread>()
  readonly #idle: WorkerThread[] = []
  #stopped = false
  /** Called when a worker can be taken. */
  onIdle: () => void = () => {}

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /** Resolves when all work; rejects with the first one's `TerraceError` when one can't start. */
  async start(): Promise<void> {
    const { size } = this.#options
    const workers = Array.from({ length: size }, () => this.#open())
    await Promise.all(workers.map(worker => worker.ready))
    for (const worker of workers) this.#keep(worker)
  }

  /** How many take orders or have one. */
  get alive(): number {
    return this.#all.size
  }

  /** An idle worker, which is then its taker's until `giveBack`. */
  take(): WorkerThread | undefined {
    return this.#idle.shift()
  }

  giveBack(worker: WorkerThread): void {
    if (!worker.alive || this.#stopped || !this.#all.has(worker)) return
    this.#idle.push(worker)
    this.onIdle()
  }

  /** Ends all threads, whatever they do. */
  async stop(): Promise<void> {
    this.#stopped = true
    const workers = [...this.#opened]
    for (const worker of workers) worker.stop()
    await Promise.all(workers.map(({ ended }) => ended))
  }

  #open(): WorkerThread {
    const worker = this.#options.open()
    this.#opened.add(worker)
    worker.ended.then(() => this.#opened.delete(worker))
    return worker
  }

  #keep(worker: WorkerThread): void {
    this.#all.add(worker)
    worker.ended.then(reason => {
      this.#all.delete(worker)
      const place = this.#idle.indexOf(worker)
      if (place >= 0) this.#idle.splice(place, 1)
      if (this.#stopped) return
      this.#options.log.warn('a worker is replaced', { reason: reason ?? 'it failed, or its picture was given up' })
      this.#replace(FIRST_DELAY)
    })
    this.giveBack(worker)
  }

  async #replace(delay: Duration): Promise<void> {
    const worker = this.#open()
    try {
      await worker.ready
      if (!this.#stopped) this.#keep(worker)
    } catch (error) {
      worker.stop()
      if (this.#stopped) return
      this.#options.log.error('a worker could not start', { error: messageOf(error), retryMs: delay })
      this.#options.clock.after(delay, () => {
        if (!this.#stopped) this.#replace(Math.min(delay * 2, LONGEST_DELAY))
      })
    }
  }
}
