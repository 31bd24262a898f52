import { type Logger, messageOf } from '@terrace/kit'
import { traceHeaders } from '@terrace/service'
import { CompiledQuery, type Kysely } from 'kysely'
import { type Db, PgBoss } from 'pg-boss'
import type { Tables } from '../data/tables.ts'
import { CUTOUTS, type CutoutJob, jobQueues } from './job-queues.ts'
import { JOBS_SCHEMA } from './jobs-schema.ts'

/** How soon a job is given to another when its process died, besides the missing heartbeat. */
const SUPERVISE_SECONDS = 10

/** The jobs of the site, in tables beside its own, over its own pool: they are written in the same transactions. */
export class Jobs {
  readonly boss: PgBoss
  #state: 'new' | 'started' | 'stopped' = 'new'

  constructor(db: Kysely<Tables>, log: Logger) {
    this.boss = new PgBoss({
      db: over(db),
      schema: JOBS_SCHEMA,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
      // Nothing of ours waits for another job.
      flowIntervalSeconds: 600,
    })
    this.boss.on('error', error => log.warn('the jobs report an error', { error: messageOf(error) }))
  }

  /** Brings tables and queues up to date; several processes may do it at once, and again. */
  async start(): Promise<void> {
    if (this.#state === 'stopped') return
    await this.boss.start()
    this.#state = 'started'
    for (const { name, ...options } of jobQueues) await this.boss.createQueue(name, options)
  }

  /** Takes no more jobs, and waits for those that it has. */
  async stop(): Promise<void> {
    const wasStarted = this.#state === 'started'
    this.#state = 'stopped'
    if (wasStarted) await this.boss.stop({ graceful: true, close: false, timeout: 15_000 })
  }

  /** Orders a cut-out, with the transaction that it belongs to; who makes it continues the trace. @param delaySeconds  not before */
  async orderCutout(transaction: Kysely<Tables>, pictureId: string, delaySeconds = 0): Promise<void> {
    const job: CutoutJob = { pictureId, trace: traceHeaders() }
    await this.boss.send(CUTOUTS, job, { startAfter: delaySeconds, db: over(transaction) })
  }

  /** Marks a cut-out's job done, with the transaction that it belongs to. */
  async complete(
    transaction: Kysely<Tables>,
    job: { readonly id: string; readonly retryCount: number },
  ): Promise<void> {
    await this.boss.complete(CUTOUTS, { id: job.id, retryCount: job.retryCount }, null, { db: over(transaction) })
  }
}

const over = (db: Kysely<Tables>): Db => ({
  async executeSql(text, values = []) {
    const { rows } = await db.executeQuery(CompiledQuery.raw(text, values))
    return { rows }
  },
})
