/** Of the most conspicuous part's contrast: a part with less is something of the background. */
const LEAST_CONTRAST = 0.4
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
  const part = numberParts(subject, width)
  const count = part.reduce((most, one) => Math.max(most, one + 1), 0)
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
  return subject.map((value, index) => {
    const one = part[index] ?? -1
    const kept = (contrast[one] ?? 0) >= LEAST_CONTRAST * reference && (area[one] ?? 0) > LEAST_AREA
    return value && kept ? 1 : 0
  })
}

/** For every pixel of the subject the number of its part, linked sideways or upright; -1 elsewhere. */
function numberParts(subject: Uint8Array, width: number): Int32Array {
  const part = new Int32Array(subject.length).fill(-1)
  const open = new Int32Array(subject.length)
  let [count, top] = [0, 0]
  const add = (index: number) => {
    if (!subject[index] || part[index] !== -1) return
    part[index] = count
    open[top++] = index
  }
  for (let start = 0; start < subject.length; start++) {
    if (!subject[start] || part[start] !== -1) continue
    add(start)
    while (top > 0) {
      const index = open[--top] ?? 0
      const x = index % width
      if (x > 0) add(index - 1)
      if (x + 1 < width) add(index + 1)
      if (index >= width) add(index - width)
      if (index + width < subject.length) add(index + width)
    }
    count++
  }
  return part
}
