import type { Job, JobState } from '../jobs/job.ts'
import { problemDocument } from '../server/send-problem.ts'

/** What a client is told of its job. */
export interface JobDescription {
  readonly id: string
  readonly state: JobState
  /** 0…1 */
  readonly progress: number
  readonly width: number
  readonly height: number
  /** Once it is done. */
  readonly confidence?: number
  readonly result?: string
  /** When it failed: why. */
  readonly problem?: ReturnType<typeof problemDocument>
}

export function describeJob({ id, state, progress, header: { width, height }, end }: Job): JobDescription {
  const common = { id, state, progress: Math.round(progress * 1000) / 1000, width, height }
  if (end?.kind === 'done') return { ...common, confidence: end.cut.confidence, result: `/cutout/${id}/result` }
  return end ? { ...common, problem: problemDocument(end.problem) } : common
}
