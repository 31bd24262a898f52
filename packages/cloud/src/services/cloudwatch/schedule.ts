import type { Clock, Duration, Instant, Stop } from '@terrace/kit'

/**
 * Calls `action` at each multiple of `interval`, `offset` later. Turns that were missed, because the machine slept, are not
 * made up for.
 */
export function atMultiplesOf(clock: Clock, interval: Duration, offset: Duration, action: () => void): Stop {
  let stop: Stop = () => {}
  const arm = (last: Instant) => {
    // A timer may come a little early: the turn it stood for must not come twice.
    const from = Math.max(clock.now(), last)
    const next = (Math.floor((from - offset) / interval) + 1) * interval + offset
    stop = clock.after(next - clock.now(), () => {
      arm(next)
      action()
    })
  }
  arm(Number.NEGATIVE_INFINITY)
  return () => stop()
}
