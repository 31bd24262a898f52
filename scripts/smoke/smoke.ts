import { type Clock, type Duration, seconds } from '@terrace/kit'
import type { Ask } from './ask.ts'
import type { Probe } from './probes.ts'

export interface SmokeProps {
  readonly ask: Ask
  readonly probes: readonly Probe[]
  readonly clock: Clock
  /** How long it may take until it is well. */
  readonly patience: Duration
  /** How often in a row everything must be well: behind a balancer, one good answer is one target's. */
  readonly rounds: number
  readonly say: (line: string) => void
}

const PAUSE: Duration = seconds(2)

/** @returns whether the system has become well, and stayed so, in time */
export async function smoke({ ask, probes, clock, patience, rounds, say }: SmokeProps): Promise<boolean> {
  const end = clock.now() + patience
  let before: string | undefined
  for (let good = 0; ; ) {
    const wrong = await firstComplaint(probes, ask)
    good = wrong === undefined ? good + 1 : 0
    if (good >= rounds) return true
    if (wrong !== undefined && wrong !== before) say(wrong)
    before = wrong
    if (clock.now() >= end) return false
    await clock.sleep(PAUSE)
  }
}

async function firstComplaint(probes: readonly Probe[], ask: Ask): Promise<string | undefined> {
  for (const probe of probes) {
    const complaint = await probe(ask)
    if (complaint !== undefined) return complaint
  }
  return undefined
}
