import type { WorkCopy } from '../work-copy.ts'
import type { Border } from './border.ts'
import { spreadCost } from './geodesic.ts'
import { distanceToPalette, makePalette } from './palette.ts'
import { allowSeams } from './seams.ts'
import { fitSurface, type Surface } from './surface.ts'

/** How little every pixel is like the background: about 1 where that begins to be doubtful. */
export interface BackgroundCost {
  /** No more than what a smooth way from the background costs, so that soft shadows and lights are background. */
  readonly spread: Float32Array
  /** By its colour and place alone, but a shadow on a smooth background is forgiven. */
  readonly shaded: Float32Array
  /** Whether some of the background is no smooth surface. */
  readonly textured: boolean
}

/** Of the trusted border: a family of less is not fitted a surface. */
const LEAST_FAMILY = 0.08
const LEAST_EXPLAINED = 0.85
const MOST_SPREAD = 0.03
/** Of the trusted border: when less is left without a surface, it needs no palette. */
const LEAST_REST = 0.06
const COLOURS = 14
/** Oklab: the least spread of a colour of the palette. */
const GRAIN = 0.015
/** A pixel within so many spreads of a surface is background. */
const REACH = 4
/** Oklab: a step to the next pixel that light may make. */
const FREE_STEP = 0.008
/** Oklab: how far a shadow may be off the background's own hue. */
const SHADOW_TINT = 0.02
const SHADOW_COST = 0.4

/** Models the background by what is seen of it at the border: smooth surfaces where that will do, else a palette. */
export function backgroundCost(copy: WorkCopy, border: Border): BackgroundCost {
  const { lab } = copy
  const { surfaces, rest } = fitSurfaces(copy, border)
  const own = new Float32Array(copy.width * copy.height).fill(Infinity)
  const guard = own.slice()
  for (const { distance, shaded, spread } of surfaces)
    for (let index = 0; index < own.length; index++) {
      own[index] = Math.min(own[index] ?? 0, (distance[index] ?? 0) / (spread * REACH))
      guard[index] = Math.min(guard[index] ?? 0, ((shaded[index] ?? 0) - SHADOW_TINT) / (spread * REACH))
    }
  allowSeams(copy, surfaces, REACH, [own, guard])
  const palette = rest.length > 0 ? makePalette(lab, rest, COLOURS, GRAIN) : undefined
  if (palette)
    for (let index = 0, at = 0; index < own.length; index++, at += 3) {
      const far = Math.sqrt(distanceToPalette(palette, lab[at] ?? 0, lab[at + 1] ?? 0, lab[at + 2] ?? 0)) / 3
      own[index] = Math.min(own[index] ?? 0, far)
      guard[index] = Math.min(guard[index] ?? 0, (far - 1) * 0.7)
    }
  const spread = own.slice()
  const width = palette ? GRAIN : Math.max(...surfaces.map(surface => surface.spread))
  spreadCost(spread, copy, FREE_STEP, 1 / (width * REACH))
  // Where not even a shadow explains a pixel, no smooth way makes it background.
  const guarded = spread.map((value, index) => Math.max(value, guard[index] ?? 0))
  const shaded = palette
    ? own
    : own.map((value, index) => Math.min(value, Math.max(0, guard[index] ?? 0) + SHADOW_COST))
  return { spread: guarded, shaded, textured: palette !== undefined }
}

/** A surface for every large family of the border that is smooth, and the pixels that none of them explains. */
function fitSurfaces(copy: WorkCopy, { pixels, trust, family }: Border) {
  const sizes = new Map<number, number>()
  let trusted = 0
  for (let at = 0; at < pixels.length; at++) {
    if (!trust[at]) continue
    trusted++
    const one = family[at] ?? -1
    sizes.set(one, (sizes.get(one) ?? 0) + 1)
  }
  const open = trust.slice()
  const surfaces: Surface[] = []
  for (const [one, size] of sizes) {
    if (size < LEAST_FAMILY * trusted) continue
    const weights = trust.map((value, at) => (family[at] === one ? value : 0))
    const surface = fitSurface(copy, pixels, weights)
    if (surface.explained < LEAST_EXPLAINED || surface.spread > MOST_SPREAD) continue
    surfaces.push(surface)
    for (let at = 0; at < open.length; at++) {
      const near = (surface.distance[pixels[at] ?? 0] ?? 1) < surface.spread * 3.5
      if (near || (surface.explained > 0.97 && family[at] === one)) open[at] = 0
    }
  }
  const left = pixels.filter((_, at) => open[at])
  if (surfaces.length > 0) return { surfaces, rest: left.length > LEAST_REST * trusted ? left : new Int32Array() }
  return { surfaces, rest: left.length > 0 ? left : pixels }
}
