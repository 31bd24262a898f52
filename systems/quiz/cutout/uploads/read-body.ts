import type { IncomingMessage } from 'node:http'
import { Problem } from '@terrace/service/plain'
import type { ByteLease } from './byte-budget.ts'

/** Largest body, bytes. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024

/**
 * Reads a body whose bytes are counted as they come, whatever its length claims. When it throws, the rest of the body
 * is unread.
 *
 * @param full  the refusal when the lease can't grow
 * @returns bytes in a buffer of their own
 * @throws Problem 413, 400 when the client went away before the end, `full`
 */
export function readBody(
  request: IncomingMessage,
  lease: ByteLease,
  full: () => Problem,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return reject(tooLarge())
    const chunks: Buffer[] = []
    let length = 0
    const take = (chunk: Buffer) => {
      length += chunk.length
      if (length > MAX_BODY_BYTES) return fail(tooLarge())
      if (!lease.grow(chunk.length)) return fail(full())
      chunks.push(chunk)
    }
    const end = () => {
      stop()
      resolve(joined(chunks, length))
    }
    const gone = () => fail(new Problem(400, 'The body ended before its end'))
    const fail = (problem: Problem) => {
      stop()
      request.pause()
      reject(problem)
    }
    const stop = () => {
      request.off('data', take).off('end', end).off('close', gone).off('error', gone)
      // A connection that breaks later must not end the process.
      request.on('error', () => {})
    }
    request.on('data', take).on('end', end).on('close', gone).on('error', gone)
  })
}

const tooLarge = (): Problem =>
  new Problem(413, `The body is too large; at most ${MAX_BODY_BYTES / 1024 / 1024} MiB are taken`)

function joined(chunks: readonly Buffer[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}
