import type { HeaderList } from '../http1/headers.ts'
import type { Result } from './standard-log.ts'
import type { StoredResponse } from './stored-response.ts'

/** Where the pieces of an answer go. */
export interface Sink {
  /** @returns false when the receiver is slower: wait for `onDrain` */
  write(chunk: Buffer): boolean
  flush(): void
  end(): void
  /** The answer can't be completed. */
  abort(): void
  onDrain(listener: () => void): void
}

/** Who gets an answer: a viewer, another answer that it stands in for, or nobody. */
export interface Receiver {
  whole(response: StoredResponse, result: Result): void
  /** An answer that comes in pieces; `length` is `chunked` when unknown. */
  begin(status: number, headers: HeaderList, length: number | 'chunked', result: Result): Sink
  /** There will be no answer. */
  abort(): void
}

/** Takes what nobody wants any more. */
export const nowhere: Sink = { write: () => true, flush() {}, end() {}, abort() {}, onDrain() {} }

/** Takes an answer for the cache's sake alone. */
export const nobody: Receiver = { whole() {}, begin: () => nowhere, abort() {} }

/** What a collected answer consists of; nothing when none came. */
export interface Collected {
  readonly status: number
  readonly headers: HeaderList
  readonly body: Buffer
  readonly cause?: string
}

/** Takes an answer whole, however it comes. */
export function collector(then: (answer: Collected | undefined) => void): Receiver {
  return {
    whole: ({ status, headers, body, cause }) =>
      then({ status, headers: [...headers], body, ...(cause === undefined ? {} : { cause }) }),
    begin(status, headers) {
      const chunks: Buffer[] = []
      return {
        write(chunk) {
          // The chunk is a part of what the socket gave; it would keep the whole of it in memory.
          chunks.push(Buffer.from(chunk))
          return true
        },
        flush() {},
        end: () => then({ status, headers: [...headers], body: Buffer.concat(chunks) }),
        abort: () => then(undefined),
        onDrain() {},
      }
    },
    abort: () => then(undefined),
  }
}
