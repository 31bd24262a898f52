import type { Clock } from '@terrace/kit'
import { type Gate, nextGate, type Tier } from './gate.ts'

/** What the guard works on. */
export interface Guarded {
  look(): Promise<Tier>
  gate(): Promise<Gate>
  write(gate: Gate): Promise<void>
}

/**
 * Looks at the tier and writes the gate when it has to change. Only one may run at a time, which the function's
 * concurrency sees to.
 *
 * @returns what the tier looked like and what the gate is now, for the log
 */
export async function guard(guarded: Guarded, clock: Clock): Promise<Tier & { readonly gate: Gate }> {
  const [tier, before] = await Promise.all([guarded.look(), guarded.gate()])
  const gate = nextGate(before, tier, clock.now())
  if (JSON.stringify(gate) !== JSON.stringify(before)) await guarded.write(gate)
  return { ...tier, gate }
}
