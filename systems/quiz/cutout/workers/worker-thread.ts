import { Worker } from 'node:worker_threads'
import { type Clock, type Duration, milliseconds, TerraceError } from '@terrace/kit'
import type { Message, Order, Outcome, WorkerSettings } from './protocol.ts'
import type { Step } from './step.ts'

/** How long a worker may take to notice that nobody wants its picture any more. */
const CANCEL_PATIENCE = milliseconds(100)

export interface WorkerOptions {
  /** The module that the thread runs; it calls `serveWorker`. */
  readonly entry: URL
  readonly settings: WorkerSettings
  readonly clock: Clock
  /** How long a picture may take. */
  readonly timeLimit: Duration
}

/** How an order ended, or that the worker ended under it. */
export type WorkerOutcome =
  | Outcome
  /** It took longer than the time limit, and was ended. */
  | { readonly kind: 'overdue' }
  | { readonly kind: 'crashed'; readonly reason: string }

/** Who hears how far a picture is. */
export interface WorkListener {
  /** 0…1 */
  advance(done: number): void
  passed(step: Step): void
}

/** One worker thread, as the main thread sees it. It takes one order at a time. */
export class WorkerThread {
  /** Resolves when it takes orders; rejects with a `TerraceError` when it never will. */
  readonly ready: Promise<void>
  /** Resolves when its thread is gone, with the reason when nobody asked for it. */
  readonly ended: Promise<string | undefined>
  readonly #worker: Worker
  readonly #clock: Clock
  readonly #timeLimit: Duration
  #stopping = false
  #gone = false
  #order: { readonly listener: WorkListener; readonly settle: (outcome: WorkerOutcome) => void } | undefined

  constructor({ entry, settings, clock, timeLimit }: WorkerOptions) {
    this.#clock = clock
    this.#timeLimit = timeLimit
    this.#worker = new Worker(entry, { workerData: settings, stdin: false })
    const ready = Promise.withResolvers<void>()
    this.ready = ready.promise
    ready.promise.catch(() => {})
    let failure: string | undefined
    this.#worker.on('error', error => {
      failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
    })
    this.ended = new Promise(resolve => {
      this.#worker.once('exit', () => {
        this.#gone = true
        const reason = this.#stopping ? undefined : (failure ?? 'its thread ended')
        ready.reject(new TerraceError('CUTOUT_WORKER_ENDED', reason ?? 'it was stopped', { blame: 'internal' }))
        this.#order?.settle({ kind: 'crashed', reason: reason ?? 'it was stopped' })
        resolve(reason)
      })
    })
    this.#worker.on('message', (message: Message) => {
      switch (message.kind) {
        case 'ready':
          return ready.resolve()
        case 'unfit':
          return ready.reject(
            new TerraceError(message.code, message.reason, message.hint ? { hint: message.hint } : {}),
          )
        case 'progress':
          return this.#order?.listener.advance(message.done)
        case 'step':
          return this.#order?.listener.passed(message.step)
        case 'outcome':
          return this.#order?.settle(message.outcome)
      }
    })
  }

  /** Whether it may still get orders. */
  get alive(): boolean {
    return !this.#stopping && !this.#gone
  }

  /**
   * Works on a picture. Never rejects. When the signal is aborted, the worker has a moment to notice; then it is ended.
   *
   * @param picture  moved into the worker
   */
  run(picture: Uint8Array<ArrayBuffer>, listener: WorkListener, signal: AbortSignal): Promise<WorkerOutcome> {
    const cancelled = new SharedArrayBuffer(4)
    return new Promise(resolve => {
      const settle = (outcome: WorkerOutcome) => {
        stopWaiting()
        stopPatience()
        signal.removeEventListener('abort', cancel)
        this.#order = undefined
        resolve(outcome)
      }
      const endWith = (outcome: WorkerOutcome) => () => {
        this.stop()
        settle(outcome)
      }
      const cancel = () => {
        Atomics.store(new Int32Array(cancelled), 0, 1)
        stopPatience = this.#clock.after(CANCEL_PATIENCE, endWith({ kind: 'cancelled' }))
      }
      const stopWaiting = this.#clock.after(this.#timeLimit, endWith({ kind: 'overdue' }))
      let stopPatience = () => {}
      this.#order = { listener, settle }
      this.#worker.postMessage({ picture, cancelled } satisfies Order, [picture.buffer])
      if (signal.aborted) cancel()
      else signal.addEventListener('abort', cancel, { once: true })
    })
  }

  /** Ends the thread, whatever it does. */
  stop(): void {
    this.#stopping = true
    this.#worker.terminate()
  }
}
