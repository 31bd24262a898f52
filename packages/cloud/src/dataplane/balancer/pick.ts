import type { Random } from '@terrace/kit'
import type { LiveTarget } from './target.ts'

/** Chooses one of several targets, of which there is at least one. */
export type Pick = (targets: readonly LiveTarget[]) => LiveTarget | undefined

/** One after the other. */
export function roundRobin(): Pick {
  let turn = 0
  return targets => targets[turn++ % targets.length]
}

/** The one with the fewest requests under way; among equals, one after the other. */
export function leastOutstanding(): Pick {
  const next = roundRobin()
  return targets => {
    const fewest = Math.min(...targets.map(target => target.inFlight))
    return next(targets.filter(target => target.inFlight === fewest))
  }
}

export const weightedRandom =
  (random: Random): Pick =>
  targets =>
    random.pick(targets)

export function pickFor(algorithm: string, random: Random): Pick {
  if (algorithm === 'least_outstanding_requests') return leastOutstanding()
  return algorithm === 'weighted_random' ? weightedRandom(random) : roundRobin()
}
