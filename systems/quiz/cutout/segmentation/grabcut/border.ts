import type { WorkCopy } from './work-copy.ts'

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
/** Oklab: two neighbouring places nearer than this belong together whatever the noise. */
const SAME = 0.035
/** Of the way around: a stretch of colours found nowhere else is a subject that reaches over the border up to this. */
const LONGEST_SUBJECT = 0.42
/** Of the way around: a family of colours of this much is background, whatever it lies together. */
const MAIN = 0.24
/** Of the way around: less than this is a detail, not a subject. */
const SHORTEST_SUBJECT = 0.03

/**
 * The border, less what a subject covers of it: a stretch whose colours are found nowhere else around the picture.
 * The border as background follows "Geodesic Saliency Using Background Priors" (Wei and others, 2012), the
 * distrust of a part of it "Saliency Optimization from Robust Background Detection" (Zhu and others, 2014).
 */
export function findBorder({ width, height, lab }: WorkCopy): Border {
  const rings = Math.max(1, Math.round(WIDTH * Math.min(width, height)))
  const { pixels, places } = around(width, height, rings)
  const mean = new Float32Array(PLACES * 3)
  const count = new Float32Array(PLACES)
  for (let index = 0; index < pixels.length; index++) {
    const place = places[index] ?? 0
    const from = (pixels[index] ?? 0) * 3
    for (let c = 0; c < 3; c++) mean[place * 3 + c] = (mean[place * 3 + c] ?? 0) + (lab[from + c] ?? 0)
    count[place] = (count[place] ?? 0) + 1
  }
  for (let at = 0; at < mean.length; at++) mean[at] = (mean[at] ?? 0) / Math.max(1, count[Math.floor(at / 3)] ?? 1)
  const { trust, family } = judgePlaces(mean)
  return {
    pixels,
    trust: Float32Array.from(places, place => trust[place] ?? 1),
    family: Int32Array.from(places, place => family[place] ?? 0),
  }
}

function around(width: number, height: number, rings: number): { readonly pixels: Int32Array; readonly places: Int32Array } {
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

function judgePlaces(mean: Float32Array): { readonly trust: Float32Array; readonly family: Int32Array } {
  const apart = (one: number, other: number) =>
    Math.hypot(
      (mean[one * 3] ?? 0) - (mean[other * 3] ?? 0),
      (mean[one * 3 + 1] ?? 0) - (mean[other * 3 + 1] ?? 0),
      (mean[one * 3 + 2] ?? 0) - (mean[other * 3 + 2] ?? 0),
    )
  const steps = Array.from({ length: PLACES }, (_, place) => apart(place, (place + 1) % PLACES)).sort((a, b) => a - b)
  const same = Math.max(SAME, 2.5 * (steps[PLACES >> 1] ?? 0))
  const parent = Int32Array.from({ length: PLACES }, (_, place) => place)
  const root = (place: number): number => {
    let at = place
    while (parent[at] !== at) at = parent[at] ?? at
    return at
  }
  for (let one = 0; one < PLACES; one++)
    for (let other = one + 1; other < PLACES; other++)
      if (apart(one, other) < same) parent[root(one)] = root(other)
  const sizes = new Map<number, number>()
  for (let place = 0; place < PLACES; place++) sizes.set(root(place), (sizes.get(root(place)) ?? 0) + 1)
  const main = Math.max(...sizes.values()) * 0.5
  const trust = new Float32Array(PLACES).fill(1)
  for (const [family, size] of sizes) {
    if (size >= Math.max(main, MAIN * PLACES) || size < SHORTEST_SUBJECT * PLACES) continue
    const members = Array.from(parent.keys()).filter(place => root(place) === family)
    if (arc(members) > LONGEST_SUBJECT * PLACES) continue
    for (const place of members) trust[place] = 0
  }
  // What is seen between two stretches of one subject, or half of it, is too little to go by.
  const doubted = trust.map((_, place) =>
    Math.max(...[-2, -1].map(by => 1 - (trust[(place + by + PLACES) % PLACES] ?? 0))) +
      Math.max(...[1, 2].map(by => 1 - (trust[(place + by) % PLACES] ?? 0))) >
    1
      ? 0
      : 1,
  )
  const around = trust.map((own, place) =>
    Math.min(own, doubted[place] ?? 1, trust[(place + 1) % PLACES] ?? 1, trust[(place + PLACES - 1) % PLACES] ?? 1),
  )
  return { trust: around, family: parent.map((_, place) => root(place)) }
}

/** How many places there are from the first to the last of some, the shorter way around. */
function arc(places: readonly number[]): number {
  let gap = 0
  for (const [at, place] of places.entries())
    gap = Math.max(gap, at > 0 ? place - (places[at - 1] ?? 0) : place + PLACES - (places.at(-1) ?? 0))
  return PLACES - gap + 1
}
