import { numberParts } from './parts.ts'

/** Of the strangest part's strangeness: a part with less is one more leaf of the background. */
const LEAST_STRANGENESS = 0.6
/** Costs beyond this say no more. */
const MOST_COST = 3

/**
 * The parts of a subject that lie in surroundings about as strange as those of its strangest large part: single leaves
 * and stones differ from the border's colours too, their surroundings don't.
 *
 * @param subject  1 where it is, row by row
 * @param texture  the cost of every pixel's surroundings
 */
export function strangeParts(subject: Uint8Array, width: number, texture: Float32Array): Uint8Array {
  const { part, count } = numberParts(subject, width)
  const [area, mean] = [new Float32Array(count), new Float32Array(count)]
  for (let index = 0; index < part.length; index++) {
    const one = part[index] ?? -1
    if (one < 0) continue
    area[one] = (area[one] ?? 0) + 1
    mean[one] = (mean[one] ?? 0) + Math.min(MOST_COST, texture[index] ?? 0)
  }
  let [most, reference] = [0, 0]
  for (let one = 0; one < count; one++) {
    mean[one] = (mean[one] ?? 0) / (area[one] ?? 1)
    const weight = (mean[one] ?? 0) * Math.sqrt(area[one] ?? 0)
    if (weight <= most) continue
    most = weight
    reference = mean[one] ?? 0
  }
  return subject.map((value, index) =>
    value && (mean[part[index] ?? -1] ?? 0) >= LEAST_STRANGENESS * reference ? 1 : 0,
  )
}
