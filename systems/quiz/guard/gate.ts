import { type Instant, minutes } from '@terrace/kit'

/** Whether the removal tier may be called, as the guard writes it and the site reads it; `until` is ISO 8601. */
export type Gate =
  | { readonly state: 'open' }
  | { readonly state: 'restricted'; readonly until: string; readonly reason: string }

/** The removal tier at a moment. */
export interface Tier {
  /** How many instances there should be. */
  readonly desired: number
  /** Those in service whose health check the balancer finds good. */
  readonly serving: number
  /** Those on their way into service. */
  readonly launching: number
}

/** A scaling that takes longer restricts nothing any more. */
export const LONGEST_RESTRICTION = minutes(15)

/**
 * What the gate becomes: restricted while the tier grows, open when all its instances serve. It depends on what is, never
 * on what an event says, so that events may come twice, late, or not at all.
 *
 * A restriction is never prolonged: instances that never become ready would keep the tier closed for ever. The next one
 * begins only after the tier was complete again.
 */
export function nextGate(gate: Gate, tier: Tier, now: Instant): Gate {
  if (tier.launching === 0 && tier.serving >= tier.desired) return { state: 'open' }
  if (gate.state === 'restricted') return gate
  return {
    state: 'restricted',
    until: new Date(now + LONGEST_RESTRICTION).toISOString(),
    reason: `${tier.serving} of ${tier.desired} instances serve, ${tier.launching} on their way`,
  }
}
