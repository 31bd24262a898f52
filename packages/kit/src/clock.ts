import type { Duration } from './duration.ts'

/** A moment, in milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number

/** Ends what a clock started; calling it again does nothing. */
export type Stop = () => void

/**
 * Where time comes from. Everything that waits or looks at the time takes one, so that hours of scaling run in a
 * millisecond and every run can be replayed. Nothing outside this package calls `Date.now` or `setTimeout`.
 */
export interface Clock {
  now(): Instant
  /** Calls `action` once, `delay` from now. */
  after(delay: Duration, action: () => void): Stop
  /** Calls `action` every `interval`, the first time one interval from now. */
  every(interval: Duration, action: () => void): Stop
  /** Resolves `delay` from now; rejects with the signal's reason when it is aborted first. */
  sleep(delay: Duration, signal?: AbortSignal): Promise<void>
}

/** The machine's own time. Its timers keep the process alive, as those of Node do. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delay, action) {
    const timer = setTimeout(action, delay)
    return () => clearTimeout(timer)
  },
  every(interval, action) {
    const timer = setInterval(action, interval)
    return () => clearInterval(timer)
  },
  sleep: (delay, signal) => sleepOn(systemClock, delay, signal),
}

/** The machine's time, running `scale` times as fast: at 60, a minute of it passes in a second. */
export function scaledClock(scale: number, base: Clock = systemClock): Clock {
  const start = base.now()
  const clock: Clock = {
    now: () => start + (base.now() - start) * scale,
    after: (delay, action) => base.after(delay / scale, action),
    every: (interval, action) => base.every(interval / scale, action),
    sleep: (delay, signal) => sleepOn(clock, delay, signal),
  }
  return clock
}

/** Waits on any clock; the shared body of `Clock.sleep`. */
export function sleepOn(clock: Clock, delay: Duration, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      stop()
      reject(signal?.reason)
    }
    const stop = clock.after(delay, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
