import { distanceToEdge } from './distance.ts'

/** How near a cut-out comes to the truth. All 0…1; errors are 0 at best, the others 1. */
export interface Score {
  /** Intersection over union of what is at least half subject. */
  readonly iou: number
  /** F measure of the borders of these, within 0.4 % of the diagonal. */
  readonly boundary: number
  /** Mean absolute difference of alpha over the whole picture. */
  readonly error: number
  /** The same in the band where it is not plain: near the true border, or part subject by the truth. */
  readonly bandError: number
}

const HALF = 128
const TOLERANCE = 0.004
const BAND = 0.008

/**
 * Compares two alphas of `width` columns. Without a subject in both everything is right; in one alone, nothing is.
 * Boundary F after "What is a good evaluation measure for semantic segmentation?" (Csurka and others, 2013).
 * @throws RangeError when the sizes differ
 */
export function score(ours: Uint8Array, truth: Uint8Array, width: number): Score {
  if (ours.length !== truth.length || truth.length % width !== 0)
    throw new RangeError(`cannot compare ${ours.length} with ${truth.length} values of alpha in rows of ${width}`)
  const diagonal = Math.hypot(width, truth.length / width)
  const [fromOurs, fromTruth] = [distanceToEdge(ours, width, HALF), distanceToEdge(truth, width, HALF)]
  let [both, either, error, bandError, band] = [0, 0, 0, 0, 0]
  for (let index = 0; index < truth.length; index++) {
    const [our, real] = [ours[index] ?? 0, truth[index] ?? 0]
    if (our >= HALF && real >= HALF) both++
    if (our >= HALF || real >= HALF) either++
    const off = Math.abs(our - real) / 255
    error += off
    if ((fromTruth[index] ?? Infinity) <= BAND * diagonal || (real > 0 && real < 255)) {
      bandError += off
      band++
    }
  }
  return {
    iou: either === 0 ? 1 : both / either,
    boundary: agreement(fromOurs, fromTruth, TOLERANCE * diagonal),
    error: error / truth.length,
    bandError: band === 0 ? 0 : bandError / band,
  }
}

/** Mean of every part of the scores. */
export function meanScore(scores: readonly Score[]): Score {
  const mean = (part: keyof Score) => scores.reduce((sum, one) => sum + one[part], 0) / Math.max(1, scores.length)
  return { iou: mean('iou'), boundary: mean('boundary'), error: mean('error'), bandError: mean('bandError') }
}

function agreement(ours: Float32Array, truth: Float32Array, tolerance: number): number {
  const precision = shareNear(ours, truth, tolerance)
  const recall = shareNear(truth, ours, tolerance)
  if (precision === undefined || recall === undefined) return precision === recall ? 1 : 0
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
}

/** Which part of one edge (distance 0) is near the other; undefined when there is no edge. */
function shareNear(edge: Float32Array, other: Float32Array, tolerance: number): number | undefined {
  let [near, all] = [0, 0]
  for (let index = 0; index < edge.length; index++) {
    if (edge[index] !== 0) continue
    all++
    if ((other[index] ?? Infinity) <= tolerance) near++
  }
  return all === 0 ? undefined : near / all
}
