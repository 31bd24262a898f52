import { days, secureRandom } from '@terrace/kit'
import { addSessions, type Service } from '@terrace/service'
import { forgetSessionsEndedBefore, forgetTriesBefore, Visitors } from '@terrace/service/accounts'
import { Bucket } from './aws/bucket.ts'
import { gateParameter } from './aws/gate-parameter.ts'
import { accountsOfSessions } from './data/accounts.ts'
import { migrations } from './data/migrations/index.ts'
import type { Tables } from './data/tables.ts'
import { cleanUp } from './jobs/cleaning.ts'
import { CutoutWorker } from './jobs/cutout-worker.ts'
import { Gate } from './jobs/gate.ts'
import { CLEANING } from './jobs/job-queues.ts'
import { Jobs } from './jobs/jobs.ts'
import { Media } from './pictures/media.ts'
import { AttemptTokens } from './play/attempt-tokens.ts'
import { addAccountRoutes } from './routes/accounts.ts'
import { addAttemptRoutes } from './routes/attempts.ts'
import { addPictureRoutes } from './routes/pictures.ts'
import { addPlayRoutes } from './routes/play.ts'
import { addQuestionRoutes } from './routes/questions.ts'
import { addQuizRoutes } from './routes/quizzes.ts'
import { addResultRoutes } from './routes/results.ts'
import { addSessionRoutes } from './routes/sessions.ts'
import { addStatusRoutes } from './routes/status.ts'
import { type SiteVariables, siteVariables } from './settings.ts'

/** When what is old is removed, as cron writes it: every ten minutes. */
const CLEANING_TIMES = '*/10 * * * *'

/** What routes and background work have in common; made with the routes. */
interface Parts {
  readonly jobs: Jobs
  readonly worker: CutoutWorker
  readonly gate: Gate
  readonly bucket: Bucket
  close(): void
}

/** The quiz site's API, with the work that goes on behind it. One service for each process. */
export function createSite(): Service<SiteVariables, Tables> {
  let parts: Parts | undefined
  const need = (): Parts => {
    if (!parts) throw new Error('the site was asked to work before it had its routes')
    return parts
  }
  return {
    info: {
      title: 'Quiz',
      version: '1.0.0',
      description:
        'Authors make quizzes with pictures, players take them with a code and without an account. Right answers leave the server when an attempt is finished, and not before. Every refusal is a problem document whose detail says why.',
    },
    port: 3000,
    database: { kind: 'postgres', port: 5432, database: 'quiz' },
    variables: siteVariables,
    migrations,
    addRoutes(app, { config, database, clock, log, telemetry }) {
      const random = secureRandom
      const bucket = new Bucket(config.BUCKET)
      const parameter = config.CUTOUT_GATE_PARAMETER ? gateParameter(config.CUTOUT_GATE_PARAMETER) : undefined
      const jobs = new Jobs(database.db, log)
      const gate = new Gate(parameter?.read, clock, log, () => worker.wake())
      const worker = new CutoutWorker({ database, jobs, bucket, gate, cutoutUrl: config.CUTOUT_URL, log, telemetry })
      const close = () => {
        bucket.close()
        parameter?.close()
      }
      parts = { jobs, worker, gate, bucket, close }
      const media = new Media(config.MEDIA_URL ?? '')
      const tokens = new AttemptTokens(config.SESSION_SECRET)
      const visitors = new Visitors(database, (hashes, now) => accountsOfSessions(database.db, hashes, now))
      const secret = config.SESSION_SECRET[0] ?? ''
      addSessions(app, {
        secrets: config.SESSION_SECRET,
        clock,
        random,
        origins: [new URL(config.PUBLIC_URL).origin],
      })
      addAccountRoutes(app, database, config)
      addSessionRoutes(app, database, visitors, config)
      addQuizRoutes(app, database, { visitors, media, random })
      addQuestionRoutes(app, database, { visitors, media, random })
      addPictureRoutes(app, database, { visitors, media, worker, log, database, bucket, jobs, random, secret })
      addPlayRoutes(app, database, config, { media, tokens, random })
      addAttemptRoutes(app, database, { media, tokens })
      addResultRoutes(app, database, visitors)
      addStatusRoutes(app, database, worker)
    },
    async prepare() {
      await need().jobs.start()
    },
    work({ database, log }) {
      const { jobs, worker, gate, bucket, close } = need()
      const begun = begin()
      begun.catch(error => log.error('the background work could not begin', { error: String(error) }))
      return {
        async stop() {
          await begun.catch(() => {})
          gate.stop()
          await Promise.all([worker.stop(), jobs.stop()])
          close()
        },
      }

      async function begin(): Promise<void> {
        await gate.start()
        worker.start()
        await jobs.boss.work(CLEANING, { pollingIntervalSeconds: 30 }, () => cleanUp(database, bucket))
        await jobs.boss.schedule(CLEANING, CLEANING_TIMES)
      }
    },
    async tidy(database) {
      const now = database.clock.now()
      await forgetSessionsEndedBefore(database, now)
      await forgetTriesBefore(database, now - days(1))
    },
  }
}
