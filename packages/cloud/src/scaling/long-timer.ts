import { type Clock, days, type Instant, type Stop } from '@terrace/kit'

/** Node's timers end at 24.8 days; a scaled clock makes them shorter, never longer. */
const LONGEST = days(20)

/** Calls `action` at a moment, however far away. */
export function at(clock: Clock, moment: Instant, action: () => void): Stop {
  let stop: Stop = () => {}
  const arm = () => {
    const wait = Math.max(0, moment - clock.now())
    stop = wait > LONGEST ? clock.after(LONGEST, arm) : clock.after(wait, action)
  }
  arm()
  return () => stop()
}
