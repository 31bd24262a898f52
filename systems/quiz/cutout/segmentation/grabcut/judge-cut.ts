import { numberParts } from './parts.ts'

/** What cuts of one picture are judged by. */
export interface Evidence {
  readonly width: number
  /** The colour of every pixel, a number for those that are taken as one: `colourCells`. */
  readonly colours: Uint16Array
  /** How strong an edge every pixel lies on. */
  readonly edges: Float32Array
  /** Costs that a good cut has inside. */
  readonly costs: readonly Float32Array[]
  /** Whether what is behind has parts of its own, such as leaves: then many parts speak against a cut. */
  readonly textured?: boolean
}

/** Costs beyond this say no more. */
const MOST_COST = 3
/** Of the picture: less is no subject. */
const LEAST_SUBJECT = 0.002
/** Oklab: colours this near one another are taken as one. */
const CELL = 0.05
const CELLS = 32

/**
 * How good a cut is, 0…1, told without knowing the subject: a distinct outline, little cost left outside, and other
 * colours inside than outside. 0 when there is next to nothing inside.
 * Colours in common: Bhattacharyya's coefficient, "On a Measure of Divergence between Two Statistical Populations".
 *
 * @param subject  1 where it is
 */
export function judgeCut(subject: Uint8Array, { width, colours, edges, costs, textured = false }: Evidence): number {
  let [area, length, sum, left, all] = [0, 0, 0, 0, 0]
  const [inside, outside] = [new Float32Array(CELLS ** 3), new Float32Array(CELLS ** 3)]
  const outline = (index: number, other: number) => {
    if (subject[index] === subject[other]) return
    length++
    sum += Math.max(edges[index] ?? 0, edges[other] ?? 0)
  }
  for (let index = 0, x = 0; index < subject.length; index++, x = x + 1 < width ? x + 1 : 0) {
    let cost = 0
    for (const one of costs) cost += Math.min(MOST_COST, one[index] ?? 0)
    all += cost
    if (subject[index]) area++
    else left += cost
    if (x + 1 < width) outline(index, index + 1)
    if (index + width < subject.length) outline(index, index + width)
    const histogram = subject[index] ? inside : outside
    const cell = colours[index] ?? 0
    histogram[cell] = (histogram[cell] ?? 0) + 1
  }
  if (area < LEAST_SUBJECT * subject.length || area === subject.length) return 0
  let common = 0
  for (let cell = 0; cell < inside.length; cell++) common += Math.sqrt((inside[cell] ?? 0) * (outside[cell] ?? 0))
  const shared = common / Math.sqrt(area * (subject.length - area))
  const parts = textured ? Math.sqrt(numberParts(subject, width).count + 2) : 1
  return (Math.sqrt(sum / Math.max(1, length)) * (1 - left / Math.max(1e-9, all)) * (1 - shared)) / parts
}

/** @param lab  three numbers a pixel */
export function colourCells(lab: Float32Array): Uint16Array {
  const place = (value: number) => Math.min(CELLS - 1, Math.max(0, Math.floor(value / CELL)))
  const cells = new Uint16Array(lab.length / 3)
  for (let index = 0, at = 0; index < cells.length; index++, at += 3)
    cells[index] =
      (place(lab[at] ?? 0) * CELLS + place((lab[at + 1] ?? 0) + 0.5)) * CELLS + place((lab[at + 2] ?? 0) + 0.5)
  return cells
}
