import { problemDocument, problemSchema } from '@terrace/service/plain'
import * as z from 'zod'
import type { Job } from '../jobs/job.ts'

/** What a client is told of its job. */
export const jobSchema = z
  .object({
    id: z.string(),
    state: z.enum(['queued', 'working', 'done', 'failed']),
    progress: z.number().describe('0 to 1'),
    width: z.int(),
    height: z.int(),
    confidence: z.number().optional().describe('Once it is done: 0 to 1; below 0.2 no subject was found'),
    result: z.string().optional().describe('Once it is done: where its PNG is'),
    problem: problemSchema.optional().describe('When it failed: why'),
  })
  .meta({ id: 'Job' })

export type JobDescription = z.output<typeof jobSchema>

export function describeJob({ id, state, progress, header: { width, height }, end }: Job): JobDescription {
  const common = { id, state, progress: Math.round(progress * 1000) / 1000, width, height }
  if (end?.kind === 'done') return { ...common, confidence: end.cut.confidence, result: `/cutout/${id}/result` }
  return end ? { ...common, problem: problemDocument(end.problem) } : common
}
