import { type Clock, type Duration, messageOf, milliseconds, type Stop } from '@terrace/kit'

/** How often a server is asked whether it is well. */
export const HEARTBEAT_INTERVAL: Duration = milliseconds(250)
/** How long it may leave a question open. */
export const HEARTBEAT_LIMIT: Duration = milliseconds(1250)
/** A second look after that: when we were held up ourselves, the answer is already waiting to be read. */
export const HEARTBEAT_CONFIRMATION: Duration = milliseconds(200)
/** How many refusals in a row count as lost. */
export const HEARTBEAT_REFUSALS = 3

/** How a server was lost: it doesn't answer, or it answers that it can't. */
export type Loss =
  | { readonly kind: 'silent' }
  | { readonly kind: 'refuses'; readonly because: string; readonly error: unknown }

/**
 * Asks a server again and again whether it is well, and tells once when it was lost: 1.7 s after it hangs at the latest.
 *
 * @param options.clock the machine's own time
 * @param options.probe never settles when the server hangs
 */
export function heartbeat(options: {
  readonly clock: Clock
  readonly probe: () => Promise<void>
  readonly onLost: (loss: Loss) => void
}): Stop {
  const { clock, probe, onLost } = options
  let refusals = 0
  let ended = false
  let stopTimers: Stop = () => {}
  const lost = (loss: Loss) => {
    if (ended) return
    ended = true
    stopTimers()
    onLost(loss)
  }
  const beat = () => {
    if (ended) return
    let answered = false
    const stopLimit = clock.after(HEARTBEAT_LIMIT, () => {
      stopTimers = clock.after(HEARTBEAT_CONFIRMATION, () => {
        if (!answered) lost({ kind: 'silent' })
      })
    })
    stopTimers = stopLimit
    const settle = (problem?: { readonly error: unknown }) => {
      answered = true
      if (ended) return
      stopTimers()
      refusals = problem ? refusals + 1 : 0
      if (problem && refusals >= HEARTBEAT_REFUSALS) {
        lost({ kind: 'refuses', because: messageOf(problem.error), error: problem.error })
      } else {
        stopTimers = clock.after(HEARTBEAT_INTERVAL, beat)
      }
    }
    probe().then(
      () => settle(),
      (error: unknown) => settle({ error }),
    )
  }
  beat()
  return () => {
    ended = true
    stopTimers()
  }
}
