import type { IncomingMessage } from 'node:http'
import { type Clock, seconds } from '@terrace/kit'

/** How much of a body that nobody wants is read nevertheless, and for how long. */
const PATIENCE_BYTES = 8 * 1024 * 1024
const PATIENCE = seconds(5)

/**
 * Reads what is left of a request's body and throws it away, so that a client that is still sending gets the refusal: a
 * connection that is closed with unread bytes in it is reset, and the answer is lost with it.
 *
 * @param then  called once: at the end of the body, or when patience is
 * @param atMost  bytes
 */
export function readRest(request: IncomingMessage, clock: Clock, then: () => void, atMost = PATIENCE_BYTES): void {
  if (request.complete || request.destroyed || !hasBody(request)) return then()
  let left = atMost
  const count = (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) finish()
  }
  const finish = () => {
    stopWaiting()
    request.off('data', count)
    request.off('end', finish)
    request.off('close', finish)
    then()
  }
  const stopWaiting = clock.after(PATIENCE, finish)
  request.on('data', count)
  request.on('end', finish)
  request.on('close', finish)
  request.resume()
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
