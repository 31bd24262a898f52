import type { Opinions } from './opinions.ts'
import { HIDDEN, OUTPUT } from './region-weights.ts'
import { findRegions, TRAITS } from './regions.ts'

/** Odds, as a logarithm: with less a region stays as the best cut has it. */
const LEAST_SURE = 0.5

/**
 * The best cut, but where several opinions differ every region by itself is subject or not, by what it looks like: a
 * shadow that one cut has goes, a cap that another has stays.
 * A small network tells, learned from generated pictures.
 *
 * @returns 1 for every pixel of the subject, 0 for the others
 */
export function settleRegions(opinions: Opinions): Uint8Array {
  const { count, region, traits } = findRegions(opinions)
  const settled = Array.from({ length: count }, (_, one) => {
    const likely = likelihood(traits.subarray(one * TRAITS, (one + 1) * TRAITS))
    return Math.abs(likely) < LEAST_SURE ? undefined : Number(likely > 0)
  })
  const subject = opinions.best.slice()
  for (let index = 0; index < subject.length; index++) {
    const one = region[index] ?? -1
    if (one >= 0) subject[index] = settled[one] ?? subject[index] ?? 0
  }
  return subject
}

/** Above 0 when a region is rather subject. One hidden layer; the first weight of every row is added by itself. */
function likelihood(traits: Float32Array): number {
  const sum = (weights: readonly number[], of: (at: number) => number) =>
    weights.reduce((total, weight, at) => total + weight * (at === 0 ? 1 : of(at - 1)), 0)
  const hidden = HIDDEN.map(weights => Math.tanh(sum(weights, at => traits[at] ?? 0)))
  return sum(OUTPUT, at => hidden[at] ?? 0)
}
