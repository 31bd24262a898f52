import type { WorkCopy } from '../work-copy.ts'
import { colourFamilies } from './colour-families.ts'

/** Pixels along the border of a picture, and how much each is to be believed to be background. */
export interface Border {
  /** Indices of pixels, once around for every ring. */
  readonly pixels: Int32Array
  /** 0…1 for each of them. */
  readonly trust: Float32Array
  /** Pixels of one number belong together: by their colour, or by a chain of colours between. */
  readonly family: Int32Array
}

/** How wide the border is, as a part of the shorter side. */
const WIDTH = 0.02
/** Places around the border that are compared with one another. */
const PLACES = 96
/** Oklab: a pixel whose neighbours two further on either side differ by more is a mixture. */
const EDGE = 0.08
/** Part of a family that tells where it is. */
const NEARLY_ALL = 0.96
/** Of the border: when more would be distrusted, none is. */
const MOST_DISTRUSTED = 0.5
/** Of the way around: a stretch of colours found nowhere else is a subject that reaches over the border up to this. */
const LONGEST_SUBJECT = 0.42
/** Of the way around: a family of colours of this much is background, whatever it lies together. */
const MAIN = 0.24
/** Of the way around: less than this is a detail, not a subject. */
const SHORTEST_SUBJECT = 0.01

/**
 * The border, less what a subject covers of it: a stretch whose colours are found nowhere else around the picture.
 * The border as background follows "Geodesic Saliency Using Background Priors" (Wei and others, 2012), the
 * distrust of a part of it "Saliency Optimization from Robust Background Detection" (Zhu and others, 2014).
 */
export function findBorder({ width, height, lab }: WorkCopy): Border {
  const rings = Math.max(1, Math.round(WIDTH * Math.min(width, height)))
  const { pixels, places } = around(width, height, rings)
  const flat = pixels.map(index => (isEdge(lab, width, height, index) ? -1 : index))
  const family = colourFamilies(lab, flat)

  return { pixels, family, trust: judge(family, places) }
}

function isEdge(lab: Float32Array, width: number, height: number, index: number): boolean {
  const [x, y] = [index % width, Math.floor(index / width)]
  const apart = (one: number, other: number) =>
    Math.hypot(
      (lab[one * 3] ?? 0) - (lab[other * 3] ?? 0),
      (lab[one * 3 + 1] ?? 0) - (lab[other * 3 + 1] ?? 0),
      (lab[one * 3 + 2] ?? 0) - (lab[other * 3 + 2] ?? 0),
    )
  const [left, right] = [Math.max(0, x - 2), Math.min(width - 1, x + 2)]
  const [top, bottom] = [Math.max(0, y - 2), Math.min(height - 1, y + 2)]
  return apart(y * width + left, y * width + right) > EDGE || apart(top * width + x, bottom * width + x) > EDGE
}

function around(
  width: number,
  height: number,
  rings: number,
): { readonly pixels: Int32Array; readonly places: Int32Array } {
  const indices: number[] = []
  const places: number[] = []
  for (let ring = 0; ring < rings; ring++) {
    const [w, h] = [width - 2 * ring, height - 2 * ring]
    if (w < 1 || h < 1) break
    const loop: number[] = []
    for (let x = 0; x < w; x++) loop.push(ring * width + ring + x)
    for (let y = 1; y < h; y++) loop.push((ring + y) * width + ring + w - 1)
    if (h > 1) for (let x = w - 2; x >= 0; x--) loop.push((ring + h - 1) * width + ring + x)
    if (w > 1) for (let y = h - 2; y > 0; y--) loop.push((ring + y) * width + ring)
    loop.forEach((index, at) => {
      indices.push(index)
      places.push(Math.floor((at / loop.length) * PLACES))
    })
  }
  return { pixels: Int32Array.from(indices), places: Int32Array.from(places) }
}

function judge(family: Int32Array, places: Int32Array): Float32Array {
  const histograms = new Map<number, Float32Array>()
  for (let at = 0; at < family.length; at++) {
    const one = family[at] ?? -1
    const histogram = histograms.get(one) ?? new Float32Array(PLACES)
    const place = places[at] ?? 0
    histogram[place] = (histogram[place] ?? 0) + 1
    histograms.set(one, histogram)
  }
  const local = new Set<number>()
  const subject = new Uint8Array(PLACES)
  let distrusted = 0
  for (const [one, histogram] of histograms) {
    const size = histogram.reduce((sum, count) => sum + count, 0)
    if (one < 0 || size >= MAIN * family.length || arc(histogram, size) > LONGEST_SUBJECT * PLACES) continue
    local.add(one)
    distrusted += size
    if (size < SHORTEST_SUBJECT * family.length) continue
    for (let place = 0; place < PLACES; place++) if ((histogram[place] ?? 0) > 3) subject[place] = 1
  }
  if (distrusted > MOST_DISTRUSTED * family.length) return new Float32Array(family.length).fill(1)
  return Float32Array.from(family, (one, at) => {
    const place = places[at] ?? 0
    const beside = subject[place] || subject[(place + 1) % PLACES] || subject[(place + PLACES - 1) % PLACES]
    return local.has(one) || (one < 0 && beside) ? 0 : 1
  })
}

/** The least number of places in a row, around the picture, that hold nearly all of a family. */
function arc(histogram: Float32Array, size: number): number {
  let least = PLACES
  for (let start = 0; start < PLACES; start++) {
    let held = 0
    for (let length = 0; length < least; length++) {
      held += histogram[(start + length) % PLACES] ?? 0
      if (held >= NEARLY_ALL * size) {
        least = length + 1
        break
      }
    }
  }
  return least
}
