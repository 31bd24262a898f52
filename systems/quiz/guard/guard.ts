import { type Clock, type Duration, seconds } from '@terrace/kit'
import { type Gate, nextGate, type Tier } from './gate.ts'

/** What the guard works on. */
export interface Guarded {
  look(): Promise<Tier>
  gate(): Promise<Gate>
  write(gate: Gate): Promise<void>
}

/** What a look has found: the tier, and the gate as it is now. */
export type Found = Tier & { readonly gate: Gate }

/** Between two looks at a tier that is not complete yet; its balancer asks new instances as often. */
const PAUSE = seconds(5)

/**
 * Looks at the tier and writes the gate when it has to change; goes on looking while the gate is restricted, so that it
 * opens as soon as the new instances serve. Only one may run at a time, which the function's concurrency sees to.
 *
 * @param patience how long it goes on, from the first look
 */
export async function guard(guarded: Guarded, clock: Clock, patience: Duration): Promise<Found> {
  const began = clock.now()
  let found = await lookOnce(guarded, clock)
  while (found.gate.state === 'restricted' && clock.now() + PAUSE - began <= patience) {
    await clock.sleep(PAUSE)
    found = await lookOnce(guarded, clock)
  }
  return found
}

async function lookOnce(guarded: Guarded, clock: Clock): Promise<Found> {
  const [tier, before] = await Promise.all([guarded.look(), guarded.gate()])
  const gate = nextGate(before, tier, clock.now())
  if (JSON.stringify(gate) !== JSON.stringify(before)) await guarded.write(gate)
  return { ...tier, gate }
}
