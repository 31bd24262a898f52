import type { Instant, Logger } from '@terrace/kit'
import { type Metrics, startSpan } from '@terrace/service/plain'
import type { Job, JobEnd } from './job.ts'

/** When a job was worked on; from `began` to `began` when it never was. */
export interface WorkTimes {
  readonly began: Instant
  readonly ended: Instant
}

/**
 * Tells of a job that has ended: a line in the log, a span for its wait and one for each step of the work, and what an
 * operator counts. To be called in the trace of who submitted it.
 */
export function reportJob(job: Job, end: JobEnd, { began, ended }: WorkTimes, log: Logger, metrics: Metrics): void {
  const { format, width, height } = job.header
  const waitedMs = began - job.submitted
  const workedMs = ended - began
  const common = { job: job.id, format, width, height, bytes: job.size, waitedMs, workedMs }
  if (end.kind === 'done') {
    const { confidence, png } = end.cut
    log.info('picture done', { ...common, confidence, pngBytes: png.length })
    metrics.timing('WorkDuration', workedMs)
  } else {
    log.info('picture not done', { ...common, status: end.problem.status, reason: end.problem.message })
  }
  metrics.timing('WaitDuration', waitedMs)
  addSpans(job, began)
}

function addSpans({ header, submitted, steps }: Job, began: Instant): void {
  const { width, height } = header
  const attributes = {
    'cutout.picture.width': width,
    'cutout.picture.height': height,
    'cutout.picture.pixels': width * height,
  }
  startSpan('queue', { attributes, startedAt: submitted })?.end(began)
  for (const step of steps) {
    const span = startSpan(step.name, { attributes, startedAt: step.began })
    if (step.failure !== undefined) span?.fail(step.failure)
    span?.end(step.ended)
  }
}
