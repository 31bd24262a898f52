import { STATUS_CODES } from 'node:http'
import type { Problem } from '@terrace/service'
import type { FastifyReply } from 'fastify'

/** Answers with a problem document. @see https://www.rfc-editor.org/rfc/rfc9457 */
export const sendProblem = (reply: FastifyReply, problem: Problem): FastifyReply =>
  reply
    .code(problem.status)
    .headers(problem.headers)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(problemDocument(problem)))

/** The document of a refusal. */
export const problemDocument = ({ status, message }: Problem) => ({
  type: 'about:blank',
  title: STATUS_CODES[status] ?? 'Error',
  status,
  detail: message,
})
