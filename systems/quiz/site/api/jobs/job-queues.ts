import type { Queue } from 'pg-boss'

/** Cut-outs to be made. */
export const CUTOUTS = 'cutouts'
/** Those that were given up; see `CutoutWorker`. */
export const DEAD_CUTOUTS = 'cutouts-dead'
/** What has to be removed now and then. */
export const CLEANING = 'cleaning'

/** What a cut-out's job says. */
export interface CutoutJob {
  readonly pictureId: string
  /** The trace that ordered it, as `traceHeaders` tells it; absent outside of one, and in orders of earlier versions. */
  readonly trace?: Readonly<Record<string, string>>
}

/** Times in seconds. A process that died is noticed by its missing heartbeat, and its job goes to another. */
export const jobQueues: readonly Queue[] = [
  { name: DEAD_CUTOUTS, retryLimit: 10, retryDelay: 10, retryBackoff: true, deleteAfterSeconds: 30 * 86_400 },
  {
    name: CUTOUTS,
    deadLetter: DEAD_CUTOUTS,
    retryLimit: 5,
    retryDelay: 5,
    retryBackoff: true,
    retryDelayMax: 300,
    heartbeatSeconds: 15,
    expireInSeconds: 300,
    deleteAfterSeconds: 86_400,
  },
  { name: CLEANING, retryLimit: 0, expireInSeconds: 600, deleteAfterSeconds: 3_600, policy: 'stately' },
]
