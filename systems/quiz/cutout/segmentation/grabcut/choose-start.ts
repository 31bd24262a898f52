import type { Border } from './border.ts'
import type { WorkCopy } from './work-copy.ts'

/** A first guess of the subject: where a cost is above a threshold. */
export interface Start {
  readonly cost: Float32Array
  readonly threshold: number
  /** How well its edge follows edges of the picture while nothing conspicuous is left outside, 0…1.5. */
  readonly quality: number
}

const THRESHOLDS = [0.35, 0.5, 0.7, 1, 1.4, 2, 3]
/** Costs beyond this say no more. */
const MOST = 3
/** Of the picture: less is no subject. */
const LEAST_SUBJECT = 0.002
const MOST_QUALITY = 1.5

/** How starts are made and judged. */
export interface Choice {
  readonly thresholds?: readonly number[]
  /** Costs that should not be left outside of the subject; the costs themselves unless given. */
  readonly evidence?: readonly Float32Array[]
  /** How strong an edge every pixel lies on. */
  readonly edges: Float32Array
  /** An edge that is one in this picture. */
  readonly clear: number
}

/**
 * Of all thresholds over some costs the one whose subject is best: edges along its outline, little cost outside of it,
 * little of the trusted border inside. Undefined when none has a subject.
 * Proposals ranked by their outline: after "Constrained Parametric Min-Cuts for Automatic Object Segmentation"
 * (Carreira, Sminchisescu, 2010).
 */
export function chooseStart(
  copy: WorkCopy,
  border: Border,
  costs: readonly Float32Array[],
  { thresholds = THRESHOLDS, evidence = costs, edges, clear }: Choice,
): Start | undefined {
  const { width, height } = copy
  const trusted = new Uint8Array(width * height)
  for (let at = 0; at < border.pixels.length; at++)
    if ((border.trust[at] ?? 0) > 0.5) trusted[border.pixels[at] ?? 0] = 1
  const total = new Float32Array(width * height)
  for (const cost of evidence)
    for (let index = 0; index < total.length; index++)
      total[index] = (total[index] ?? 0) + Math.min(MOST, cost[index] ?? 0)
  let best: Start | undefined
  for (const cost of costs)
    for (const threshold of thresholds) {
      const { area, contrast, outside, atBorder } = survey(cost, threshold, { width, height, edges, trusted, total })
      if (area < LEAST_SUBJECT * total.length) continue
      const quality =
        Math.min(MOST_QUALITY, contrast / clear) * (1 - outside) * (1 - atBorder / border.pixels.length) ** 2
      if (!best || quality > best.quality) best = { cost, threshold, quality }
    }
  return best
}

interface Survey {
  readonly width: number
  readonly height: number
  readonly edges: Float32Array
  readonly trusted: Uint8Array
  readonly total: Float32Array
}

function survey(cost: Float32Array, threshold: number, { width, height, edges, trusted, total }: Survey) {
  let [area, atBorder, left, all, length, sum] = [0, 0, 0, 0, 0, 0]
  for (let y = 0, index = 0; y < height; y++) {
    let next = (cost[index] ?? 0) > threshold
    for (let x = 0; x < width; x++, index++) {
      const inside = next
      next = (cost[index + 1] ?? 0) > threshold
      const share = total[index] ?? 0
      all += share
      if (inside) {
        area++
        atBorder += trusted[index] ?? 0
      } else left += share
      const own = edges[index] ?? 0
      if (next !== inside && x < width - 1) {
        length++
        sum += Math.max(own, edges[index + 1] ?? 0)
      }
      if (y < height - 1 && (cost[index + width] ?? 0) > threshold !== inside) {
        length++
        sum += Math.max(own, edges[index + width] ?? 0)
      }
    }
  }
  return { area, atBorder, outside: left / Math.max(1e-9, all), contrast: sum / Math.max(1, length) }
}
