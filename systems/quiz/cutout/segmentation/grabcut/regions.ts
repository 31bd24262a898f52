import { boxMeans } from './boxes.ts'
import { colourEvidence } from './colour-evidence.ts'
import {
  ALL_BITS,
  BEST_BIT,
  CUT_BITS,
  EARLIER_BIT,
  type Opinions,
  opinionCodes,
  SHADED_BIT,
  SPREAD_BIT,
} from './opinions.ts'

/** Regions on which several cuts of one picture disagree, each with what tells whether it is subject. */
export interface Regions {
  readonly count: number
  /** For every pixel the number of its region, from 0; -1 where all agree and where a region is too small to judge. */
  readonly region: Int32Array
  /** `TRAITS` numbers a region. */
  readonly traits: Float32Array
}

/** Numbers that describe a region. */
export const TRAITS = 22

/** Pixels: less is noise. */
const LEAST_AREA = 10
const MOST_COST = 3
const MOST_STRANGE = 5
const MOST_EVIDENCE = 4
const MOST_EDGE = 3
/** Of the width: how far around a pixel is looked for what is surely subject. */
const NEAR = 0.04

/** Parts the copy where opinions differ: linked pixels of which all opinions are the same are a region. */
export function findRegions(opinions: Opinions): Regions {
  const codes = opinionCodes(opinions)
  const maps = mapsOf(opinions, codes)
  const region = new Int32Array(codes.length).fill(-1)
  const open = new Int32Array(codes.length)
  const traits: number[] = []
  let count = 0
  for (let start = 0; start < codes.length; start++) {
    const code = codes[start] ?? 0
    if (region[start] !== -1 || code === 0 || code === ALL_BITS) continue
    const area = gather({ codes, region, open, width: opinions.width }, start, count)
    const pixels = open.subarray(0, area)
    if (area < LEAST_AREA) {
      for (const index of pixels) region[index] = -2
      continue
    }
    traits.push(...traitsOf(opinions, maps, code, pixels))
    count++
  }
  for (let index = 0; index < region.length; index++) if (region[index] === -2) region[index] = -1
  return { count, region, traits: Float32Array.from(traits) }
}

interface Growing {
  readonly codes: Uint8Array
  readonly region: Int32Array
  /** The pixels found, from its beginning. */
  readonly open: Int32Array
  readonly width: number
}

/** @returns how many pixels are linked to the first */
function gather({ codes, region, open, width }: Growing, start: number, number: number): number {
  let found = 0
  const add = (index: number) => {
    if (region[index] !== -1 || codes[index] !== codes[start]) return
    region[index] = number
    open[found++] = index
  }
  add(start)
  for (let at = 0; at < found; at++) {
    const index = open[at] ?? 0
    const x = index % width
    if (x > 0) add(index - 1)
    if (x + 1 < width) add(index + 1)
    if (index >= width) add(index - width)
    if (index + width < codes.length) add(index + width)
  }
  return found
}

interface Maps {
  readonly codes: Uint8Array
  readonly evidence: Float32Array
  /** Of the pixels around: how many all cuts have inside. */
  readonly near: Float32Array
  /** Pixels that all cuts have inside. */
  readonly agreed: number
}

function mapsOf({ width, lab }: Opinions, codes: Uint8Array): Maps {
  const sure = new Uint8Array(codes.length)
  const inside = new Float32Array(codes.length)
  let agreed = 0
  for (let index = 0; index < codes.length; index++) {
    const ofCuts = (codes[index] ?? 0) & CUT_BITS
    sure[index] = ofCuts === CUT_BITS ? 1 : ofCuts === 0 ? 0 : 2
    if (ofCuts !== CUT_BITS) continue
    inside[index] = 1
    agreed++
  }
  return {
    codes,
    evidence: colourEvidence(lab, sure),
    near: boxMeans(inside, width, codes.length / width, Math.round(NEAR * width)),
    agreed,
  }
}

function traitsOf(opinions: Opinions, maps: Maps, code: number, pixels: Int32Array): readonly number[] {
  const { shaded, spread, texture, cuts, earlier } = opinions
  const { evidence, near, agreed } = maps
  const area = pixels.length
  let [ownSpread, ownShaded, squares, strange, colour, seen, close] = [0, 0, 0, 0, 0, 0, 0]
  for (const index of pixels) {
    const cost = Math.min(MOST_COST, shaded[index] ?? 0)
    ownSpread += Math.min(MOST_COST, spread[index] ?? 0)
    ownShaded += cost
    squares += cost * cost
    strange += Math.min(MOST_STRANGE, texture?.[index] ?? 0)
    colour += evidence[index] ?? 0
    seen += earlier?.[index] ?? 0.5
    close += near[index] ?? 0
  }
  const { length, inner, innerEdge, outerEdge, frame } = outlineOf(opinions, maps, code, pixels)
  const bit = (at: number) => (code >> at) & 1
  const values = cuts.reduce((sum, { value }) => sum + value, 1e-9)
  return [
    bit(BEST_BIT),
    bit(0),
    bit(1),
    bit(2),
    cuts.reduce((sum, { value }, at) => sum + bit(at) * value, 0) / values,
    bit(SPREAD_BIT),
    bit(SHADED_BIT),
    ownSpread / area,
    ownShaded / area,
    strange / area,
    texture ? 1 : 0,
    Math.max(-MOST_EVIDENCE, Math.min(MOST_EVIDENCE, colour / area)),
    innerEdge,
    outerEdge,
    inner / length,
    frame / length,
    Math.min(1.5, Math.sqrt(area / Math.max(1, agreed))),
    seen / area,
    bit(EARLIER_BIT),
    Math.min(1, area / length / 8),
    Math.sqrt(squares / area) / MOST_COST,
    close / area,
  ]
}

/** A region's outline: how much of it is beside the best cut's subject, how much at the picture's border, and how strong its edges are to the subject and to the rest. */
function outlineOf({ width, edges, clear }: Opinions, { codes }: Maps, code: number, pixels: Int32Array) {
  let [inner, innerSum, outer, outerSum, frame] = [0, 0, 0, 0, 0]
  const cross = (index: number, other: number) => {
    const next = codes[other] ?? 0
    if (next === code) return
    const edge = Math.max(edges[index] ?? 0, edges[other] ?? 0)
    if ((next >> BEST_BIT) & 1) {
      inner++
      innerSum += edge
    } else {
      outer++
      outerSum += edge
    }
  }
  for (const index of pixels) {
    const x = index % width
    if (x > 0) cross(index, index - 1)
    else frame++
    if (x + 1 < width) cross(index, index + 1)
    else frame++
    if (index >= width) cross(index, index - width)
    else frame++
    if (index + width < codes.length) cross(index, index + width)
    else frame++
  }
  const strength = (sum: number, count: number) => Math.min(MOST_EDGE, sum / Math.max(1, count) / clear)
  return {
    length: inner + outer + frame,
    inner,
    frame,
    innerEdge: strength(innerSum, inner),
    outerEdge: strength(outerSum, outer),
  }
}
