import { type Duration, seconds } from '@terrace/kit'
import type { PlainService } from '@terrace/service/plain'
import { addCutoutRoutes } from './routes/cutouts.ts'
import { type CutoutVariables, cutoutVariables } from './settings.ts'
import { Studio } from './studio.ts'
import { MAX_BODY_BYTES } from './uploads/read-body.ts'

/** How long a picture may take. */
const TIME_LIMIT = seconds(30)
/** Between two looks at the queue. */
const LOOK = seconds(1)

export interface CutoutOptions {
  /** The module that a worker thread runs; it calls `serveWorker`. */
  readonly workerEntry: URL
  /** How long a picture may take; 30 s by default. */
  readonly timeLimit?: Duration
}

/** The service that removes backgrounds. One for each process. */
export function createCutout({ workerEntry, timeLimit = TIME_LIMIT }: CutoutOptions): PlainService<CutoutVariables> {
  let studio: Studio | undefined
  const need = (): Studio => {
    if (!studio) throw new Error('the service was asked to work before it had its routes')
    return studio
  }
  return {
    info: {
      title: 'Cutout',
      version: '1.0.0',
      description:
        'Removes the background of a picture: JPEG, PNG or WebP of up to 20 megapixels in, a PNG with alpha of the same size out. Who does not want to wait asks for a job (Prefer: respond-async), which is known to the process that took it alone. When too many pictures wait, the answer is 429 with the time to come again. Every refusal is a problem document whose detail says why.',
    },
    variables: cutoutVariables,
    healthPath: '/healthcheck',
    uploads: { bytes: MAX_BODY_BYTES, within: seconds(60) },
    health: () => need().health,
    addRoutes(app, context) {
      studio = new Studio(context, { workerEntry, timeLimit })
      addCutoutRoutes(app, studio, context.telemetry.metrics)
    },
    prepare: (_context, signal) => need().open(signal),
    work({ clock, telemetry: { metrics } }) {
      const { scheduler } = need()
      const stopLooking = clock.every(LOOK, () => metrics.gauge('Queued', scheduler.queued))
      return {
        async stop() {
          stopLooking()
          await need().close()
        },
      }
    },
  }
}
