import { type Clock, hours, type Instant, type Logger, messageOf, seconds } from '@terrace/kit'
import { type Database, inTransaction, type Telemetry, type Work } from '@terrace/service'
import type { Kysely } from 'kysely'
import type { Job } from 'pg-boss'
import type { Bucket } from '../aws/bucket.ts'
import type { StoredPicture } from '../data/pictures.ts'
import type { Tables } from '../data/tables.ts'
import { objectKeys } from '../pictures/media.ts'
import { reEncodeCutout } from '../pictures/re-encode.ts'
import { requestCutout } from './cutout-client.ts'
import type { Gate } from './gate.ts'
import { CUTOUTS, type CutoutJob, DEAD_CUTOUTS } from './job-queues.ts'
import type { Jobs } from './jobs.ts'

/** Between two looks at an empty queue; an upload to this process wakes it. */
const POLL = seconds(1)
/** While the database is away. */
const AWAY = seconds(2)
const HEARTBEAT = seconds(5)
/** Most pictures at the tier at once: enough to have it grow to its largest size, few enough for the results in memory. */
const AT_ONCE = 8
/** How long a picture waits for a tier that is busy or away. */
const PATIENCE = hours(24)

const GIVEN_UP = 'The background could not be removed after several tries; upload the picture again'
const TOO_LATE = 'The background could not be removed within a day; upload the picture again'
const GONE = 'The uploaded file is gone; upload the picture again'

export interface CutoutWorkerOptions {
  readonly database: Database<Tables>
  readonly jobs: Jobs
  readonly bucket: Bucket
  readonly gate: Gate
  readonly cutoutUrl: string
  readonly log: Logger
  readonly telemetry: Telemetry
}

/**
 * Has cut-outs made, a few at a time. While the tier is restricted, busy or away, nothing is asked of it and the
 * pictures wait, however long it takes; what it fails at is tried again with growing delays, five times, and then given
 * up. A job that is done twice, because its process died just after it, writes the same object and changes nothing.
 */
export class CutoutWorker implements Work {
  readonly #options: CutoutWorkerOptions
  readonly #clock: Clock
  readonly #stopping = new AbortController()
  #nap = new AbortController()
  #pausedUntil: Instant = 0
  #running: Promise<void> | undefined

  constructor(options: CutoutWorkerOptions) {
    this.#options = options
    this.#clock = options.database.clock
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** There may be something to do. */
  readonly wake = (): void => this.#nap.abort()

  /** Takes nothing new, finishes what it has. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.wake()
    await this.#running
  }

  /** Until when nothing is asked of the tier; undefined when it may be. */
  get busyUntil(): Instant | undefined {
    const until = Math.max(this.#options.gate.restrictedUntil ?? 0, this.#pausedUntil)
    return until > this.#clock.now() ? until : undefined
  }

  async #run(): Promise<void> {
    const underway = new Set<Promise<void>>()
    while (!this.#stopping.signal.aborted) {
      this.#nap = new AbortController()
      try {
        await this.#buryDead()
        const wait = this.busyUntil
        if (wait !== undefined) await this.#sleep(Math.min(wait - this.#clock.now(), POLL))
        else if (underway.size >= AT_ONCE) await Promise.race(underway)
        else await this.#begin(underway)
      } catch (error) {
        this.#options.log.warn('the jobs could not be read', { error: messageOf(error) })
        await this.#sleep(AWAY)
      }
    }
    await Promise.all(underway)
  }

  async #begin(underway: Set<Promise<void>>): Promise<void> {
    const [job] = await this.#options.jobs.boss.fetch<CutoutJob>(CUTOUTS)
    if (!job) return this.#sleep(POLL)
    const work = this.#work(job).finally(() => underway.delete(work))
    underway.add(work)
  }

  // Whoever wakes us while we are not asleep has made us look once more.
  async #sleep(delay: number): Promise<void> {
    const signal = AbortSignal.any([this.#nap.signal, this.#stopping.signal])
    await this.#clock.sleep(delay, signal).catch(() => {})
  }

  /** Never throws: what is not settled is found again when its heartbeat has stopped. */
  async #work(job: Job<CutoutJob>): Promise<void> {
    const { jobs, log } = this.#options
    const stopBeating = this.#clock.every(HEARTBEAT, () => {
      jobs.boss.touch(CUTOUTS, job).catch(error => log.warn('a heartbeat failed', { error: messageOf(error) }))
    })
    try {
      await this.#attempt(job)
    } catch (error) {
      log.warn('a job could not be ended', { error: messageOf(error) })
      await this.#sleep(AWAY)
    } finally {
      stopBeating()
    }
  }

  /** Each attempt is a span of its own in the trace of the upload. */
  async #attempt(job: Job<CutoutJob>): Promise<void> {
    const attributes = { 'quiz.picture': job.data.pictureId }
    const order = { headers: job.data.trace ?? {}, attributes }
    await this.#options.telemetry.continueTraces([order], 'cut out', { kind: 'consumer' }, ([place]) =>
      this.#make(job).catch(error => {
        place?.fail(error)
        return this.#fail(job, error)
      }),
    )
  }

  async #fail(job: Job<CutoutJob>, error: unknown): Promise<void> {
    const { jobs, log } = this.#options
    const { pictureId } = job.data
    log.warn('a cut-out failed; it is tried again', { pictureId, error: messageOf(error) })
    await this.#moveTo('queued', pictureId)
    await jobs.boss.fail(CUTOUTS, job, { message: messageOf(error) })
  }

  async #make(job: Job<CutoutJob>): Promise<void> {
    const { bucket, cutoutUrl, log } = this.#options
    const picture = await this.#pictureOf(job)
    if (!picture) return this.#end(job, async () => {})
    const keys = objectKeys(picture)
    const original = await bucket.read(keys.original)
    if (!original) return this.#end(job, transaction => setFailed(transaction, picture.id, GONE))
    const answer = await requestCutout(cutoutUrl, original, this.#clock)
    switch (answer.kind) {
      case 'done':
        await bucket.putMedia(keys.cutout, await reEncodeCutout(answer.file), 'image/png')
        await this.#end(job, transaction => setState(transaction, picture.id, 'ready'))
        break
      case 'refused':
        await this.#end(job, transaction => setFailed(transaction, picture.id, answer.reason))
        break
      case 'busy':
        this.#pausedUntil = this.#clock.now() + answer.retryAfter
        log.info('the removal tier is busy; the picture waits', { pictureId: picture.id, why: answer.why })
        await this.#end(job, transaction => this.#putBack(transaction, picture, answer.retryAfter))
        return
    }
    // It has served; should this fail, it goes with the picture.
    await bucket.remove([keys.original]).catch(error => log.warn('an original stays', { error: messageOf(error) }))
  }

  // The picture that is to be cut out; nothing when that is done already.
  async #pictureOf({ data }: Job<CutoutJob>): Promise<StoredPicture | undefined> {
    return this.#options.database.db
      .updateTable('pictures')
      .set({ state: 'working' })
      .where('id', '=', data.pictureId)
      .where('state', 'in', ['queued', 'working'])
      .returningAll()
      .executeTakeFirst()
  }

  // What became of the picture and the end of its job are one.
  async #end(job: Job<CutoutJob>, change: (transaction: Kysely<Tables>) => Promise<void>): Promise<void> {
    await inTransaction(this.#options.database, async transaction => {
      await change(transaction)
      await this.#options.jobs.complete(transaction, job)
    })
  }

  async #putBack(transaction: Kysely<Tables>, picture: StoredPicture, delay: number): Promise<void> {
    if (this.#clock.now() - picture.created_at > PATIENCE) return setFailed(transaction, picture.id, TOO_LATE)
    await setState(transaction, picture.id, 'queued')
    await this.#options.jobs.orderCutout(transaction, picture.id, Math.ceil(delay / 1000))
  }

  async #moveTo(state: 'queued', id: string): Promise<void> {
    await setState(this.#options.database.db, id, state)
  }

  // Tells the owners of what was given up, whichever process did, or died of it.
  async #buryDead(): Promise<void> {
    const { database, jobs } = this.#options
    for (const job of await jobs.boss.fetch<CutoutJob>(DEAD_CUTOUTS, { batchSize: 20 })) {
      await setFailed(database.db, job.data.pictureId, GIVEN_UP)
      await jobs.boss.complete(DEAD_CUTOUTS, job)
    }
  }
}

const setFailed = (db: Kysely<Tables>, id: string, reason: string) => setState(db, id, 'failed', reason)

// Only what is under way: a late answer changes nothing that was settled.
async function setState(
  db: Kysely<Tables>,
  id: string,
  state: 'queued' | 'ready' | 'failed',
  reason: string | null = null,
): Promise<void> {
  await db
    .updateTable('pictures')
    .set({ state, reason })
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'working'])
    .execute()
}
