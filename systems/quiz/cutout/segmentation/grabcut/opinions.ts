import { boxMeans } from './boxes.ts'
import { otsu } from './otsu.ts'

/** What several cuts of one picture say, and what they are compared by. */
export interface Opinions {
  readonly width: number
  /** Oklab, three numbers a pixel. */
  readonly lab: Float32Array
  /** How strong an edge every pixel lies on. */
  readonly edges: Float32Array
  /** An edge that is one in this picture: `clearEdge`. */
  readonly clear: number
  /** The costs of `BackgroundCost`. */
  readonly spread: Float32Array
  readonly shaded: Float32Array
  /** The cost of every pixel's surroundings, of a picture with texture. */
  readonly texture?: Float32Array | undefined
  /** Three cuts, 1 where the subject is, with the value that `judgeCut` gave to each. */
  readonly cuts: readonly { readonly subject: Uint8Array; readonly value: number }[]
  /** The one that was judged best, or a variant of it. */
  readonly best: Uint8Array
  /** How much of the subject an earlier look saw in every pixel, 0…1. */
  readonly earlier?: Float32Array | undefined
}

/** Bits of `opinionCodes`: the cuts from the lowest on, then these. */
export const [BEST_BIT, SPREAD_BIT, SHADED_BIT, EARLIER_BIT] = [3, 4, 5, 6] as const
/** All cuts. */
export const CUT_BITS = 0b111
/** All bits. */
export const ALL_BITS = 0b1111111

const MOST_COST = 3
const [LEAST_SPREAD, MOST_SPREAD] = [0.3, 1.2]
/** Pixels of the copy: an earlier look, at a smaller copy, tells nothing nearer to its edge. */
const UNSURE = 2
const [SURELY_NOT, SURELY] = [0.02, 0.98]

/** What every pixel is in all opinions, a bit each; also what it is by either cost alone, and by an earlier look. */
export function opinionCodes({ width, spread, shaded, cuts, best, earlier }: Opinions): Uint8Array {
  const threshold = Math.min(MOST_SPREAD, Math.max(LEAST_SPREAD, otsu(spread, MOST_COST)))
  const sure = earlier && boxMeans(earlier, width, best.length / width, UNSURE)
  const [first, second, third] = cuts.map(({ subject }) => subject)
  const codes = new Uint8Array(best.length)
  for (let index = 0; index < codes.length; index++) {
    const value = best[index] ?? 0
    const seen = sure?.[index] ?? 0.5
    const before = seen > SURELY ? 1 : seen < SURELY_NOT ? 0 : value
    const ofCuts = (first?.[index] ?? 0) | ((second?.[index] ?? 0) << 1) | ((third?.[index] ?? 0) << 2)
    const ofCosts =
      (Number((spread[index] ?? 0) > threshold) << SPREAD_BIT) | (Number((shaded[index] ?? 0) > 1) << SHADED_BIT)
    codes[index] = ofCuts | (value << BEST_BIT) | ofCosts | (before << EARLIER_BIT)
  }
  return codes
}
