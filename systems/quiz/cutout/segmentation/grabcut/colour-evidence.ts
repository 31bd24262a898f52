/** Oklab: colours this near one another are taken as one. */
const CELL = 0.04
const CELLS = 32
/** Oklab: where the two numbers around zero begin. */
const LEAST = -0.6
/** Of all pixels: a colour of less tells little. */
const FAINT = 3e-4

/**
 * For every pixel how much its colour speaks for the subject: the logarithm of how much oftener it is found in what is
 * surely subject than in what is surely background. 0 where neither has it.
 *
 * @param lab  three numbers a pixel
 * @param sure  1 for surely subject, 0 for surely background, anything else for neither
 */
export function colourEvidence(lab: Float32Array, sure: Uint8Array): Float32Array {
  const cells = new Uint16Array(sure.length)
  for (let index = 0; index < cells.length; index++) cells[index] = cellOf(lab, index * 3)
  const [outside, inside] = [new Float32Array(CELLS ** 3), new Float32Array(CELLS ** 3)]
  const counts = [0, 0]
  for (let index = 0; index < sure.length; index++) {
    const side = sure[index] ?? 2
    const histogram = side === 1 ? inside : outside
    if (side > 1) continue
    const cell = cells[index] ?? 0
    histogram[cell] = (histogram[cell] ?? 0) + 1
    counts[side] = (counts[side] ?? 0) + 1
  }
  const [behind, before] = [(counts[0] ?? 0) + 1, (counts[1] ?? 0) + 1]
  for (let cell = 0; cell < inside.length; cell++) {
    const [count, other] = [inside[cell] ?? 0, outside[cell] ?? 0]
    // In its place: a third table of this size would cost more than its reading.
    inside[cell] = count + other === 0 ? 0 : Math.log((count / before + FAINT) / (other / behind + FAINT))
  }
  const evidence = new Float32Array(sure.length)
  for (let index = 0; index < evidence.length; index++) evidence[index] = inside[cells[index] ?? 0] ?? 0
  return evidence
}

function cellOf(lab: Float32Array, at: number): number {
  const place = (value: number) => Math.min(CELLS - 1, Math.max(0, Math.floor(value / CELL)))
  const [l, a, b] = [lab[at] ?? 0, (lab[at + 1] ?? 0) - LEAST, (lab[at + 2] ?? 0) - LEAST]
  return (place(l) * CELLS + place(a)) * CELLS + place(b)
}
