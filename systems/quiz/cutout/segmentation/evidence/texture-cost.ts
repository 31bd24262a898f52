import { boxMeans } from '../boxes.ts'
import type { WorkCopy } from '../work-copy.ts'
import type { Border } from './border.ts'
import { distanceToNormal, fitNormal } from './normal.ts'

/** Numbers that describe a window: its mean colour, how much its lightness varies, how strong its edges are, its pixels' cost. */
const TRAITS = 6
/** Oklab: what these numbers may differ by anywhere. */
const GRAIN = 0.006
const MOST_COST = 3
const COST_SCALE = 0.05
/** Of the trusted windows along the border: so many are sure to be background. */
const SURE = 0.95
/** A window with more of the distrusted border tells nothing of the background. */
const MOST_DISTRUSTED = 0.02

/** Of the shorter side: radii of the surroundings that are looked at. */
const RADII = [0.03, 0.06] as const

/** The geometric mean of `textureCost` for near and for wider surroundings. */
export function surroundingsCost(copy: WorkCopy, border: Border, edges: Float32Array, pixelCost: Float32Array) {
  const of = (part: number) =>
    textureCost(copy, border, {
      edges,
      pixelCost,
      radius: Math.max(1, Math.round(part * Math.min(copy.width, copy.height))),
    })
  const [near, wide] = [of(RADII[0]), of(RADII[1])]
  return near.map((value, index) => Math.sqrt(value * (wide[index] ?? 0)))
}

/** What `textureCost` looks at beside the copy. */
export interface Looks {
  /** How strong an edge every pixel lies on. */
  readonly edges: Float32Array
  /** How little every pixel by itself is like the background. */
  readonly pixelCost: Float32Array
  /** Of the windows, pixels. */
  readonly radius: number
}

/**
 * How little the surroundings of every pixel are like those of the border: leaves, tiles or grain have about the same
 * colours on the whole, as much contrast and as many edges everywhere, whatever a single pixel looks like. About 1
 * where it begins to be doubtful.
 */
export function textureCost(copy: WorkCopy, border: Border, { edges, pixelCost, radius }: Looks): Float32Array {
  const { width, height, lab } = copy
  const size = width * height
  const traits = new Float32Array(size * TRAITS)
  const put = (trait: number, values: Float32Array) => {
    for (let index = 0; index < size; index++) traits[index * TRAITS + trait] = values[index] ?? 0
  }
  const plane = new Float32Array(size)
  for (let c = 0; c < 3; c++) {
    for (let index = 0; index < size; index++) plane[index] = lab[index * 3 + c] ?? 0
    put(c, boxMeans(plane, width, height, radius))
  }
  for (let index = 0; index < size; index++) plane[index] = (lab[index * 3] ?? 0) ** 2
  const squares = boxMeans(plane, width, height, radius)
  for (let index = 0; index < size; index++)
    traits[index * TRAITS + 3] = Math.sqrt(Math.max(0, (squares[index] ?? 0) - (traits[index * TRAITS] ?? 0) ** 2))
  put(4, boxMeans(edges, width, height, radius))
  for (let index = 0; index < size; index++) plane[index] = Math.min(MOST_COST, pixelCost[index] ?? 0) * COST_SCALE
  put(5, boxMeans(plane, width, height, radius))
  const sample = windowsOf(copy, border, radius)
  const normal = fitNormal(traits, TRAITS, sample, GRAIN)
  const cost = plane
  for (let index = 0; index < size; index++) cost[index] = Math.sqrt(distanceToNormal(normal, traits, index))
  const seen = Float32Array.from(sample, index => cost[index] ?? 0).sort()
  const doubtful = Math.max(1e-6, seen[Math.floor(seen.length * SURE)] ?? 1)
  for (let index = 0; index < size; index++) cost[index] = (cost[index] ?? 0) / doubtful
  return cost
}

/** Every third pixel whose window reaches the border where that is trusted; all of these when none is. */
function windowsOf({ width, height }: WorkCopy, { pixels, trust }: Border, radius: number): Int32Array {
  const distrusted = new Float32Array(width * height)
  for (let at = 0; at < pixels.length; at++) distrusted[pixels[at] ?? 0] = 1 - (trust[at] ?? 0)
  const share = boxMeans(distrusted, width, height, radius)
  const all: number[] = []
  for (let y = 0, index = 0; y < height; y++)
    for (let x = 0; x < width; x++, index++)
      if (index % 3 === 0 && Math.min(x, y, width - 1 - x, height - 1 - y) <= radius) all.push(index)
  const trusted = all.filter(index => (share[index] ?? 0) <= MOST_DISTRUSTED)
  return Int32Array.from(trusted.length > 0 ? trusted : all)
}
