import type { Random } from '@terrace/kit'
import type { TargetGroup } from '@terrace/model'
import type { LiveTarget } from './target.ts'

/** Chooses one of several targets, of which there is at least one. */
export type Pick = (targets: readonly LiveTarget[]) => LiveTarget | undefined

/** One after the other. */
export function roundRobin(): Pick {
  let turn = 0
  return targets => targets[turn++ % targets.length]
}

/**
 * One after the other, each as often as its share says: a target in slow start gets little at first and its full share at
 * the end. The turns of a target are spread evenly.
 *
 * @param shareOf  more than 0, at most 1
 */
export function weightedRoundRobin(shareOf: (target: LiveTarget) => number): Pick {
  const equal = roundRobin()
  const credit = new WeakMap<LiveTarget, number>()
  return targets => {
    const shares = targets.map(shareOf)
    if (shares.every(share => share === 1)) return equal(targets)
    const total = shares.reduce((sum, share) => sum + share, 0)
    let best: LiveTarget | undefined
    let most = Number.NEGATIVE_INFINITY
    targets.forEach((target, index) => {
      const now = (credit.get(target) ?? 0) + (shares[index] ?? 0)
      credit.set(target, now)
      if (now <= most) return
      most = now
      best = target
    })
    if (best) credit.set(best, most - total)
    return best
  }
}

/** The one with the fewest requests under way; among equals, one after the other. */
export function leastOutstanding(): Pick {
  const next = roundRobin()
  return targets => {
    const fewest = Math.min(...targets.map(target => target.inFlight))
    return next(targets.filter(target => target.inFlight === fewest))
  }
}

/** Any, each as likely as the others. `differs:` anomaly mitigation is off, as it is by default. */
export const weightedRandom =
  (random: Random): Pick =>
  targets =>
    random.pick(targets)

/**
 * The algorithm of a target group. Slow start goes with round robin alone.
 * @see ELB User Guide for Application Load Balancers, "Edit target group attributes"
 */
export function pickFor(
  { algorithm, slowStart }: Algorithm,
  random: Random,
  shareOf: (target: LiveTarget) => number,
): Pick {
  if (algorithm === 'least_outstanding_requests') return leastOutstanding()
  if (algorithm === 'weighted_random') return weightedRandom(random)
  return slowStart > 0 ? weightedRoundRobin(shareOf) : roundRobin()
}

type Algorithm = { readonly [Key in 'algorithm' | 'slowStart']: TargetGroup[Key] }
