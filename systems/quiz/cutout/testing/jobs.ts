import type { Clock } from '@terrace/kit'
import { Job, type JobEnd } from '../jobs/job.ts'

let count = 0

/** A job of a picture that never reaches a worker. */
export const idleJob = (clock: Clock): Job =>
  new Job(
    `job-${count++}`,
    {
      bytes: new Uint8Array(1),
      header: { format: 'png', width: 1, height: 1, hasAlpha: false },
      release: () => {},
    },
    clock,
  )

/** How a job ends whose PNG is so large. */
export const doneWith = (bytes: number): JobEnd => ({
  kind: 'done',
  cut: { png: new Uint8Array(bytes), width: 1, height: 1, confidence: 1 },
  workedMs: 1,
})
