import { numberParts } from './parts.ts'

/** Of the most conspicuous part's contrast: a part with less is something of the background. */
const LEAST_CONTRAST = 0.4
/** Oklab: an outline with this much is distinct, however much more another part's has. */
const CLEAR_CONTRAST = 0.12
/** Pixels: less is noise. */
const LEAST_AREA = 12

/**
 * The parts of a subject whose outline is about as distinct as that of its most conspicuous part: lights out of focus
 * and folds behind the subject have soft outlines, whatever their colours.
 *
 * @param subject  1 where it is, row by row
 * @param edges  how strong an edge every pixel lies on
 */
export function distinctParts(subject: Uint8Array, width: number, edges: Float32Array): Uint8Array {
  const { part, count } = numberParts(subject, width)
  const [area, length, sum] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)]
  const outline = (index: number, other: number) => {
    if (subject[index] === subject[other]) return
    const one = part[subject[index] ? index : other] ?? 0
    length[one] = (length[one] ?? 0) + 1
    sum[one] = (sum[one] ?? 0) + Math.max(edges[index] ?? 0, edges[other] ?? 0)
  }
  for (let index = 0, x = 0; index < subject.length; index++, x = x + 1 < width ? x + 1 : 0) {
    const one = part[index] ?? -1
    if (one >= 0) area[one] = (area[one] ?? 0) + 1
    if (x + 1 < width) outline(index, index + 1)
    if (index + width < subject.length) outline(index, index + width)
  }
  const contrast = sum.map((value, one) => value / Math.max(1, length[one] ?? 0))
  let [most, reference] = [0, 0]
  for (let one = 0; one < count; one++) {
    const weight = (contrast[one] ?? 0) * Math.sqrt(area[one] ?? 0)
    if (weight <= most) continue
    most = weight
    reference = contrast[one] ?? 0
  }
  const needed = Math.min(CLEAR_CONTRAST, LEAST_CONTRAST * reference)
  const kept = Uint8Array.from(area, (size, one) => Number((contrast[one] ?? 0) >= needed && size > LEAST_AREA))
  return subject.map((value, index) => (value ? (kept[part[index] ?? 0] ?? 0) : 0))
}
