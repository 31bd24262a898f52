import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Gives back what the start alone needed, some 12 MB, which V8 would keep until it runs short; and from here on lets the
 * heap's young part grow as the work wants it, which the launcher has held back while modules were loaded.
 */
export function tidyHeap(): void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  // Shrinking to what is used is what the engine does when memory is short, and at no other time.
  if (typeof collect === 'function') collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  setFlagsFromString('--semi-space-growth-factor=2')
}
