import { type Clock, minutes, type Stop } from '@terrace/kit'
import { conflict, notFound, Problem } from '@terrace/service/plain'
import type { Job } from './job.ts'

/** How long a job is remembered after its end. */
const KEPT = minutes(10)
/** Most jobs that are remembered, ended ones included. */
const MOST = 1000

interface Kept {
  readonly job: Job
  readonly key: string | undefined
  /** The submission's content, so that a key isn't used for two pictures. */
  readonly fingerprint: string | undefined
  fetched: boolean
  forgetLater: Stop
}

/** Jobs whose clients come back for the result. */
export class KeptJobs {
  readonly #clock: Clock
  readonly #byId = new Map<string, Kept>()
  readonly #byKey = new Map<string, Kept>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The job that was submitted with this key. @throws Problem 422 when it was another picture */
  repeated(key: string, fingerprint: string): Job | undefined {
    const kept = this.#byKey.get(key)
    if (kept && kept.fingerprint !== fingerprint)
      throw new Problem(422, 'This Idempotency-Key was used with another picture; choose a new one')
    return kept?.job
  }

  /** Remembers a job until ten minutes after its end. */
  keep(job: Job, key?: string, fingerprint?: string): void {
    const kept: Kept = { job, key, fingerprint, fetched: false, forgetLater: () => {} }
    this.#byId.set(job.id, kept)
    if (key !== undefined) this.#byKey.set(key, kept)
    if (this.#byId.size > MOST) this.#forgetOne()
    job.ended.then(() => {
      if (this.#byId.has(job.id)) kept.forgetLater = this.#clock.after(KEPT, () => this.#forget(kept))
      else job.release()
    })
  }

  /** @throws Problem 404 */
  get(id: string): Job {
    const kept = this.#byId.get(id)
    if (!kept) throw notFound('There is no such job; results are kept for ten minutes')
    return kept.job
  }

  /** A job whose PNG can be read. @throws Problem 404; 409 when it isn't done; the job's own when it failed */
  finished(id: string): Job {
    const job = this.get(id)
    if (!job.end) throw conflict(`The picture is ${job.state}; ask again when its state is done`)
    if (job.end.kind === 'failed') throw job.end.problem
    const kept = this.#byId.get(id)
    if (kept) kept.fetched = true
    return job
  }

  /** Cancels a job and forgets it. @throws Problem 404 */
  delete(id: string): void {
    this.get(id).cancel()
    const kept = this.#byId.get(id)
    if (kept) this.#forget(kept)
  }

  /** Lets go of one result: of those that were fetched first, the oldest first. False when there is none. */
  readonly makeRoom = (): boolean => {
    const done = [...this.#byId.values()].filter(({ job }) => job.end?.kind === 'done')
    const victim = done.find(({ fetched }) => fetched) ?? done[0]
    victim?.job.release()
    return victim !== undefined
  }

  stop(): void {
    for (const { forgetLater } of this.#byId.values()) forgetLater()
  }

  #forgetOne(): void {
    const ended = [...this.#byId.values()].find(({ job }) => job.end !== undefined)
    if (ended) this.#forget(ended)
  }

  #forget(kept: Kept): void {
    kept.forgetLater()
    this.#byId.delete(kept.job.id)
    if (kept.key !== undefined) this.#byKey.delete(kept.key)
    kept.job.release()
  }
}
