import type { Decoder } from './decode.ts'
import { isFromGateway, readAnswer } from './read-answer.ts'
import { RequestError } from './request-error.ts'

export interface UploadOptions {
  /** Headers of the API's own, such as `x-csrf-token`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Told how much of the file has left, from 0 to 1. */
  readonly onProgress?: (share: number) => void
  /** Gives it up; the promise is then refused with the `AbortError`. */
  readonly signal?: AbortSignal
  /** Told whether the API is there. */
  readonly onReachable?: (isReachable: boolean) => void
}

/**
 * Sends a file as it is, with its own type, by POST. It may take as long as it takes while something moves; after a
 * minute in which nothing does it is given up. Throws `RequestError`.
 *
 * differs: `fetch` cannot say how much of a body has left, so this is an XMLHttpRequest.
 */
export function upload<T>(path: string, file: Blob, decode: Decoder<T>, options: UploadOptions = {}): Promise<T> {
  const { headers = {}, onProgress, signal, onReachable = () => {} } = options
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    let stalled: ReturnType<typeof setTimeout> | undefined
    const moves = () => {
      clearTimeout(stalled)
      stalled = setTimeout(() => request.abort(), STALLED_MS)
    }
    const giveUp = () => request.abort()
    const end = (how: () => void) => {
      clearTimeout(stalled)
      signal?.removeEventListener('abort', giveUp)
      how()
    }
    const away = () => {
      onReachable(false)
      reject(new RequestError('away', `POST ${path}: no answer`))
    }
    request.open('POST', path)
    request.setRequestHeader('accept', 'application/json')
    request.setRequestHeader('content-type', file.type)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      moves()
      if (total > 0) onProgress?.(loaded / total)
    })
    request.addEventListener('load', () =>
      end(() => {
        onReachable(!isFromGateway(request.status))
        try {
          resolve(readAnswer(`POST ${path}`, request.status, request.responseText, decode))
        } catch (error) {
          reject(error)
        }
      }),
    )
    request.addEventListener('error', () => end(away))
    request.addEventListener('abort', () => end(() => (signal?.aborted ? reject(signal.reason) : away())))
    if (signal?.aborted) return reject(signal.reason)
    signal?.addEventListener('abort', giveUp)
    moves()
    request.send(file)
  })
}

const STALLED_MS = 60_000
