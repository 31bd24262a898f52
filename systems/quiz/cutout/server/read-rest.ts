import type { IncomingMessage } from 'node:http'
import { type Clock, seconds } from '@terrace/kit'
import { MAX_BODY_BYTES } from '../uploads/read-body.ts'

/** How long an upload that nobody wants is read on. */
const PATIENCE = seconds(5)

/**
 * Reads what is left of a body and throws it away, so that a client that is still sending gets its refusal: a connection
 * that is closed with unread bytes in it is reset, and the answer is lost with it.
 *
 * @param then  called once: at the end of the body, or when patience is
 */
export function readRest(request: IncomingMessage, clock: Clock, then: () => void): void {
  if (request.complete || request.destroyed || !hasBody(request)) return then()
  let left = MAX_BODY_BYTES
  const count = (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) finish()
  }
  const finish = () => {
    stopWaiting()
    request.off('data', count).off('end', finish).off('close', finish)
    then()
  }
  const stopWaiting = clock.after(PATIENCE, finish)
  request.on('data', count).on('end', finish).on('close', finish)
  request.resume()
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
