import type { IncomingMessage } from 'node:http'
import { Problem } from '@terrace/service/plain'
import { inspect, type PictureHeader } from '../pictures/inspect.ts'
import { PictureRefused } from '../pictures/refused.ts'
import type { ByteBudget } from './byte-budget.ts'
import { pictureOfForm } from './multipart.ts'
import { readBody } from './read-body.ts'

/** A picture that has arrived and may be worked on. */
export interface Upload {
  /** In a buffer that can be transferred. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly header: PictureHeader
  /** To be called once its bytes are held no more. */
  release(): void
}

/**
 * Reads the picture of a request, the body itself or the field `picture` of a form, and looks at its header.
 *
 * @param full  the refusal when all uploads together hold too much
 * @throws Problem 400, 413, 415, 422, `full`; nothing is held then
 */
export async function receive(request: IncomingMessage, budget: ByteBudget, full: () => Problem): Promise<Upload> {
  const lease = budget.lease()
  try {
    const body = await readBody(request, lease, full)
    const contentType = request.headers['content-type'] ?? ''
    const bytes = /^multipart\/form-data\b/i.test(contentType) ? pictureOfForm(body, contentType) : body
    return { bytes, header: await inspect(bytes), release: lease.release }
  } catch (error) {
    lease.release()
    throw error instanceof PictureRefused ? new Problem(error.status, error.message) : error
  }
}
