import { webcrypto } from 'node:crypto'
import { seconds } from '@terrace/kit'
import { type App, type Metrics, Problem } from '@terrace/service/plain'
import type { FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { Job } from '../jobs/job.ts'
import type { KeptJobs } from '../jobs/kept-jobs.ts'
import type { Scheduler } from '../jobs/scheduler.ts'
import type { ByteBudget } from '../uploads/byte-budget.ts'
import { receive, type Upload } from '../uploads/receive.ts'
import { describeJob, jobSchema } from './describe-job.ts'

/** A client that reads nothing of its result for so long is cut off: results are held in memory. */
const READ_PATIENCE = seconds(30)

const tags = ['cutouts']
const params = z.object({ id: z.string() })
const problems = [404, 503]

/** What pictures are left with, and jobs are asked for. */
export interface CutoutDesk {
  readonly scheduler: Scheduler
  readonly jobs: KeptJobs
  readonly uploads: ByteBudget
}

/**
 * `POST /cutout` and the jobs below it. A job is known to the process that took it alone: behind a balancer with several
 * targets, answers at once (the synchronous form) need nothing, jobs need a sticky session.
 */
export function addCutoutRoutes(app: App, { scheduler, jobs, uploads }: CutoutDesk, metrics: Metrics): void {
  // Bodies are left to the routes, unread.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _body, done) => done(null))
  app.post(
    '/cutout',
    {
      schema: {
        tags,
        summary: 'Remove the background of a picture: a PNG with alpha, or a job with Prefer: respond-async',
        consumes: ['image/jpeg', 'image/png', 'image/webp', 'multipart/form-data'],
        response: { 202: jobSchema },
        problems: [422, 429, 503],
      },
      onResponse: (_request, reply, done) => {
        metrics.count('Refused', reply.statusCode === 429 ? 1 : 0)
        done()
      },
    },
    async (request, reply) => {
      scheduler.admit()
      const upload = await receive(request.raw, uploads, scheduler.busy)
      return prefersAsync(request) ? acceptJob(request, reply, upload) : answerWhenDone(reply, upload)
    },
  )

  async function answerWhenDone(reply: FastifyReply, upload: Upload): Promise<FastifyReply> {
    const job = scheduler.submit(upload)
    const onClose = () => {
      job.cancel()
      job.ended.then(() => job.release())
    }
    if (reply.raw.destroyed) onClose()
    else reply.raw.once('close', onClose)
    await job.ended
    return sendEnd(reply, job)
  }

  async function acceptJob(request: FastifyRequest, reply: FastifyReply, upload: Upload): Promise<FastifyReply> {
    const key = idempotencyKey(request)
    const fingerprint = key === undefined ? undefined : await fingerprintOf(upload.bytes)
    const earlier = key === undefined ? undefined : repeated(key, fingerprint ?? '', upload)
    const job = earlier ?? scheduler.submit(upload)
    if (earlier) reply.header('idempotency-replayed', 'true')
    else jobs.keep(job, key, fingerprint)
    return reply
      .code(202)
      .headers({ location: `/cutout/${job.id}`, 'preference-applied': 'respond-async' })
      .send(describeJob(job))
  }

  function repeated(key: string, fingerprint: string, upload: Upload) {
    try {
      const job = jobs.repeated(key, fingerprint)
      if (job) upload.release()
      return job
    } catch (error) {
      upload.release()
      throw error
    }
  }

  app.get(
    '/cutout/:id',
    { schema: { tags, summary: 'Tell how far a job is', params, response: { 200: jobSchema }, problems } },
    async ({ params: { id } }) => describeJob(jobs.get(id)),
  )
  app.get(
    '/cutout/:id/result',
    { schema: { tags, summary: 'Fetch the PNG of a job', params, problems: [...problems, 409, 410] } },
    async ({ params: { id } }, reply) => sendEnd(reply, jobs.finished(id)),
  )
  app.delete(
    '/cutout/:id',
    { schema: { tags, summary: 'Cancel a job and forget it', params, response: { 204: z.void() }, problems } },
    async ({ params: { id } }, reply) => {
      jobs.delete(id)
      return reply.code(204).send()
    },
  )
}

function sendEnd(reply: FastifyReply, job: Job): FastifyReply {
  const { end } = job
  if (end?.kind !== 'done') throw end?.problem ?? new Error(`job ${job.id} has not ended`)
  const { raw } = reply
  // Not before the socket has all of it, or is gone: its memory is given back then.
  if (!raw.destroyed) raw.once('close', job.read())
  raw.setTimeout(READ_PATIENCE, () => raw.destroy())
  raw.once('finish', () => raw.setTimeout(0))
  const { buffer, byteOffset, length } = end.cut.png
  return reply
    .headers({
      'content-type': 'image/png',
      'x-confidence': end.cut.confidence.toFixed(3),
      'x-duration-ms': String(Math.round(end.workedMs)),
    })
    .send(Buffer.from(buffer, byteOffset, length))
}

/** @see https://www.rfc-editor.org/rfc/rfc7240#section-4.1 */
const prefersAsync = ({ headers }: FastifyRequest): boolean =>
  [headers.prefer ?? []]
    .flat()
    .join(',')
    .split(',')
    .some(preference => preference.trim().toLowerCase() === 'respond-async')

function idempotencyKey({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && /^[\x21-\x7e]{1,128}$/.test(key)) return key
  throw new Problem(422, 'Idempotency-Key must be 1 to 128 printable ASCII characters without spaces')
}

// On a thread of its own: large pictures must not stop the event loop.
const fingerprintOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('base64')
