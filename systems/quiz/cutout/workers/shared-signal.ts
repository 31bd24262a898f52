/**
 * An abort signal that another thread raises through shared memory, so that code that blocks its thread sees it between
 * two steps. Asked, it answers at once; it emits no event.
 *
 * @param flag  one number, not 0 when aborted
 */
export function sharedSignal(flag: Int32Array<SharedArrayBuffer>): AbortSignal {
  const { signal } = new AbortController()
  const aborted = () => Atomics.load(flag, 0) !== 0
  const reason = new DOMException('nobody waits for the picture any more', 'AbortError')
  return Object.defineProperties(signal, {
    aborted: { get: aborted },
    reason: { get: () => (aborted() ? reason : undefined) },
    throwIfAborted: {
      value: () => {
        if (aborted()) throw reason
      },
    },
  })
}
