import { digest } from '@terrace/kit'
import { RestAnswer } from '../../../gateway/rest-answer.ts'

/**
 * An answer with the version of what it tells in `ETag`.
 *
 * @param config  of what is told: the same version for the whole and for its configuration alone
 */
export const tagged = (answer: unknown, config: unknown): RestAnswer =>
  new RestAnswer(answer, { etag: `E${digest(JSON.stringify(config), 13).toUpperCase()}` })
