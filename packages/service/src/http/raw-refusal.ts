import type { Socket } from 'node:net'
import { errnoOf } from '@terrace/kit'
import { PROBLEM_TYPE, Problem, problemBody } from './problem.ts'
import { statusText } from './status-text.ts'

/** Answers what isn't HTTP, or was cut off: there is no request to reply to, only a socket. */
export function refuseRaw(error: Error, socket: Socket): void {
  if (!socket.writable || errnoOf(error) === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const problem = problemOf(errnoOf(error))
  const body = problemBody(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${statusText(problem.status)}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function problemOf(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem(431, 'The headers of the request are too large')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem(408, 'The request did not arrive in time')
  return new Problem(400, 'The request is not valid HTTP')
}
