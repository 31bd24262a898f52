import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock, Instant } from '@terrace/kit'
import { Problem } from '@terrace/service/plain'
import type { Cut } from '../pictures/cut.ts'
import type { Upload } from '../uploads/receive.ts'
import type { Step } from '../workers/step.ts'
import type { WorkListener } from '../workers/worker-thread.ts'

/** How a job ended. */
export type JobEnd =
  | { readonly kind: 'done'; readonly cut: Cut; readonly workedMs: number }
  | { readonly kind: 'failed'; readonly problem: Problem }

/** What a job is doing; a cancelled one has failed. */
type JobState = 'queued' | 'working' | 'done' | 'failed'

/** One picture on its way. The scheduler moves it; who submitted it looks at it, cancels it, and lets go of its result. */
export class Job implements WorkListener {
  readonly id: string
  readonly header: Upload['header']
  /** Bytes of the file that came. */
  readonly size: number
  readonly submitted: Instant
  /** Runs what is done for it in the trace of who submitted it. */
  readonly inTrace = AsyncLocalStorage.snapshot()
  /** Never rejects. */
  readonly ended: Promise<JobEnd>
  #state: JobState = 'queued'
  #progress = 0
  readonly #steps: Step[] = []
  #upload: Upload | undefined
  #end: JobEnd | undefined
  #onRelease: (() => void) | undefined
  #readers = 0
  #released = false
  readonly #ended = Promise.withResolvers<JobEnd>()
  readonly #cancelled = new AbortController()

  constructor(id: string, upload: Upload, clock: Clock) {
    this.id = id
    this.header = upload.header
    this.size = upload.bytes.length
    this.submitted = clock.now()
    this.ended = this.#ended.promise
    this.#upload = upload
  }

  get state(): JobState {
    return this.#state
  }

  /** 0…1, never falling. */
  get progress(): number {
    return this.#progress
  }

  /** What of the work has been done. */
  get steps(): readonly Step[] {
    return this.#steps
  }

  get end(): JobEnd | undefined {
    return this.#end
  }

  /** Aborted when nobody wants the result any more. */
  get signal(): AbortSignal {
    return this.#cancelled.signal
  }

  /** Ends it, whether it waits or is worked on. Ended ones stay as they are. */
  cancel(): void {
    if (!this.#end) this.#cancelled.abort()
  }

  /** While somebody reads the result its memory stays. @returns to be called once, when they have it */
  read(): () => void {
    this.#readers += 1
    return () => {
      this.#readers -= 1
      if (this.#released && this.#readers === 0) this.#letGo()
    }
  }

  /** Lets go of the result, as soon as nobody reads it. */
  release(): void {
    this.#released = true
    if (this.#readers === 0) this.#letGo()
    if (this.#end?.kind !== 'done') return
    this.#end = { kind: 'failed', problem: forgotten() }
    this.#state = 'failed'
  }

  #letGo(): void {
    this.#onRelease?.()
    this.#onRelease = undefined
  }

  /** For the scheduler: the file's bytes, once. */
  begin(): Uint8Array<ArrayBuffer> {
    if (!this.#upload) throw new Error(`job ${this.id} has begun already`)
    this.#state = 'working'
    return this.#upload.bytes
  }

  /** For the worker. */
  advance(progress: number): void {
    this.#progress = Math.max(this.#progress, Math.min(1, progress))
  }

  /** For the worker. */
  passed(step: Step): void {
    this.#steps.push(step)
  }

  /** For the scheduler. @param onRelease  called once when the result is let go of */
  finish(end: JobEnd, onRelease?: () => void): void {
    this.#upload?.release()
    this.#upload = undefined
    this.#end = end
    this.#onRelease = onRelease
    this.#state = end.kind
    if (end.kind === 'done') this.#progress = 1
    this.#ended.resolve(end)
  }
}

const forgotten = (): Problem => new Problem(410, 'The result was deleted; submit the picture again')
