import type { Subsegment } from './document.ts'

/** How something ended, as service graphs count it. */
export type Outcome = 'ok' | 'error' | 'throttle' | 'fault'

/** @see X-Ray Developer Guide, "AWS X-Ray concepts", errors, faults, and exceptions */
export function outcomeOf({ error, fault, throttle }: Subsegment): Outcome {
  if (fault) return 'fault'
  if (throttle) return 'throttle'
  return error ? 'error' : 'ok'
}
