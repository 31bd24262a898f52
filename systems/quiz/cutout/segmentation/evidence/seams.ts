import { boxMeans } from '../boxes.ts'
import type { WorkCopy } from '../work-copy.ts'
import type { Surface } from './surface.ts'

/** Of the shorter side: how far from both surfaces' pixels a pixel between them may be. */
const REACH = 0.025
/** Of the pixels around: so many have to be of each surface. */
const LEAST_SHARE = 0.12

/**
 * Where two surfaces of the background meet, as land and sky do, a lens mixes their colours: lowers the cost of pixels
 * that have both close by to their distance from the mixtures of both, in place.
 *
 * @param reach  within so many spreads a pixel belongs to a surface
 * @param costs  in units of `reach` spreads
 */
export function allowSeams(
  copy: WorkCopy,
  surfaces: readonly Surface[],
  reach: number,
  costs: readonly Float32Array[],
) {
  const { width, height, lab } = copy
  const radius = Math.max(2, Math.round(REACH * Math.min(width, height)))
  const shares = surfaces.map(({ distance, spread }) => {
    const belongs = distance.map(far => (far < spread * reach ? 1 : 0))
    return boxMeans(belongs, width, height, radius)
  })
  for (const [one, first] of surfaces.entries())
    for (let other = one + 1; other < surfaces.length; other++) {
      const second = surfaces[other]
      const [nearOne, nearOther] = [shares[one], shares[other]]
      if (!second || !nearOne || !nearOther) continue
      const unit = Math.max(first.spread, second.spread) * reach
      for (let index = 0; index < width * height; index++) {
        if ((nearOne[index] ?? 0) < LEAST_SHARE || (nearOther[index] ?? 0) < LEAST_SHARE) continue
        const cost = distanceToMixtures(lab, first.colours, second.colours, index * 3) / unit
        for (const values of costs) values[index] = Math.min(values[index] ?? 0, cost)
      }
    }
}

/** From a colour to the nearest on the straight line between two others. */
function distanceToMixtures(lab: Float32Array, one: Float32Array, other: Float32Array, at: number): number {
  let [along, length] = [0, 1e-9]
  for (let c = at; c < at + 3; c++) {
    const step = (other[c] ?? 0) - (one[c] ?? 0)
    along += ((lab[c] ?? 0) - (one[c] ?? 0)) * step
    length += step * step
  }
  const part = Math.min(1, Math.max(0, along / length))
  let sum = 0
  for (let c = at; c < at + 3; c++)
    sum += ((lab[c] ?? 0) - (one[c] ?? 0) - part * ((other[c] ?? 0) - (one[c] ?? 0))) ** 2
  return Math.sqrt(sum)
}
