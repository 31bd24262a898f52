import type { Stop } from '@terrace/kit'

/**
 * What a subscription delivers, as something to iterate over; ends when the signal is aborted, after what had
 * arrived until then. Items that arrive while nobody asks are kept, in their order.
 */
export async function* live<T>(
  subscribe: (listener: (item: T) => void) => Stop,
  signal: AbortSignal,
): AsyncIterable<T> {
  const waiting: T[] = []
  let wake = () => {}
  const onAbort = () => wake()
  const stop = subscribe(item => {
    waiting.push(item)
    wake()
  })
  signal.addEventListener('abort', onAbort)
  try {
    for (;;) {
      yield* waiting.splice(0)
      if (waiting.length > 0) continue
      if (signal.aborted) return
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    stop()
  }
}
