import type { IncomingMessage } from 'node:http'
import type { Clock } from '@terrace/kit'
import { CommonError } from './errors.ts'
import { LONGEST_STALL, RequestTimeout } from './stall.ts'

/**
 * A body whole, in memory. By events: for the small bodies of most calls this costs a fraction of what iterating does.
 *
 * @param longest  bytes
 * @throws CommonError tooLarge, RequestTimeout, and what the connection ends with
 */
export function readBody(message: IncomingMessage, longest: number, clock: Clock): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    let stop = () => {}
    const settle = (finish: () => void) => {
      stop()
      message.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose)
      finish()
    }
    const waitOn = () => {
      stop()
      stop = clock.after(LONGEST_STALL, () => settle(() => reject(new RequestTimeout())))
    }
    const onData = (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size <= longest) return waitOn()
      return settle(() => reject(new CommonError('tooLarge', `The request body exceeds ${longest} bytes.`)))
    }
    const onEnd = () => settle(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    const onError = (error: Error) => settle(() => reject(error))
    const onClose = () => settle(() => reject(new Error('the connection ended in the middle of a request')))
    waitOn()
    message.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose)
  })
}
