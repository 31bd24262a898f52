import { type Duration, minutes, seconds } from '@terrace/kit'
import type { RunningGroup } from '../group.ts'

/** How often it is looked again, beside whenever something happens in the group. */
const ROUND = seconds(5)

/** Processes don't start faster because the control loops run faster: no wait for them ends before. */
const PATIENCE = minutes(2)

/**
 * Resolves when the condition holds, looked at whenever something happens in the group.
 * @throws Error when the system is stopped meanwhile, and what the condition throws
 */
export async function until(group: RunningGroup, condition: () => boolean, signal: AbortSignal): Promise<void> {
  const { clock } = group.state.world
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const look = () => {
    try {
      if (signal.aborted) reject(new Error('the system is being stopped'))
      else if (condition()) resolve()
    } catch (error) {
      reject(error)
    }
  }
  const { events } = group.state
  const stops = [
    clock.every(ROUND, look),
    events.on('inService', look),
    events.on('gone', look),
    events.on('launchFailed', look),
  ]
  signal.addEventListener('abort', look, { once: true })
  look()
  try {
    await promise
  } finally {
    for (const stop of stops) stop()
    signal.removeEventListener('abort', look)
  }
}

/** Tells when a time is over: on the clock of the control loops, and for processes that have to start on the machine's. */
export function deadline({ state }: RunningGroup, span: Duration): () => boolean {
  const { clock, realtime } = state.world
  const [end, least] = [clock.now() + span, realtime.now() + Math.min(span, PATIENCE)]
  return () => clock.now() >= end && realtime.now() >= least
}
