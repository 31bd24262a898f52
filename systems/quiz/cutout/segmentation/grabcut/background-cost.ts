import type { Border } from './border.ts'
import { spreadCost } from './geodesic.ts'
import { distanceToPalette, makePalette } from './palette.ts'
import { fitSurface, type Surface } from './surface.ts'
import type { WorkCopy } from './work-copy.ts'

const LEAST_FAMILY = 0.08

export function firstCost(copy: WorkCopy, border: Border) {
  const { lab, width, height } = copy
  const trusted = border.trust.reduce((sum, one) => sum + (one > 0.5 ? 1 : 0), 0)
  const members = new Map<number, number>()
  for (let at = 0; at < border.pixels.length; at++)
    if ((border.trust[at] ?? 0) > 0.5) members.set(border.family[at] ?? 0, (members.get(border.family[at] ?? 0) ?? 0) + 1)
  const surfaces: Surface[] = []
  const rough = border.trust.slice()
  for (const [family, size] of members) {
    if (size < LEAST_FAMILY * trusted) continue
    const weights = border.trust.map((trust, at) => (border.family[at] === family ? trust : 0))
    const surface = fitSurface(copy, border.pixels, weights)
    if (surface.explained < 0.85 || surface.spread > 0.03) continue
    surfaces.push(surface)
    for (let at = 0; at < rough.length; at++)
      if ((surface.distance[border.pixels[at] ?? 0] ?? 1) < surface.spread * 3.5 || (surface.explained>0.97&&border.family[at] === family)) rough[at] = 0
  }
  const rest = border.pixels.filter((_, at) => (rough[at] ?? 0) > 0.5)
  const textured = rest.length > 0.06 * trusted || surfaces.length === 0
  const palette = textured ? makePalette(lab, rest.length ? rest : border.pixels, 14, 0.015) : undefined
  const cost = new Float32Array(width * height).fill(Infinity)
  const guard = new Float32Array(width * height).fill(Infinity)
  for (const { distance, shaded, spread } of surfaces)
    for (let index = 0; index < cost.length; index++) {
      cost[index] = Math.min(cost[index] ?? 0, (distance[index] ?? 0) / (spread * 4))
      guard[index] = Math.min(guard[index] ?? 0, ((shaded[index] ?? 0) - 0.02) / (spread * 4))
    }
  if (palette)
    for (let index = 0; index < cost.length; index++) {
      const far = Math.sqrt(distanceToPalette(palette, lab[index * 3] ?? 0, lab[index * 3 + 1] ?? 0, lab[index * 3 + 2] ?? 0)) / 3
      cost[index] = Math.min(cost[index] ?? 0, far)
      guard[index] = Math.min(guard[index] ?? 0, (far - 1) * 0.7)
    }
  const raw = cost.slice()
  const spread = palette ? 0.015 : Math.max(...surfaces.map(s => s.spread))
  spreadCost(cost, copy, 0.008, 1 / (spread * 4))
  for (let index = 0; index < cost.length; index++) cost[index] = Math.max(cost[index] ?? 0, guard[index] ?? 0)
  const t = Math.min(1.2, Math.max(0.3, otsu(cost, 3)))
  for (let index = 0; index < cost.length; index++) cost[index] = (cost[index] ?? 0) / t
  return { surface: surfaces[0] ?? { spread: 0, explained: 0 }, smooth: !palette, raw, cost, t }
}

export function otsu(values: Float32Array, most: number): number {
  const bins = 128
  const histogram = new Float64Array(bins)
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.floor((Math.min(value, most) / most) * bins))
    histogram[bin] = (histogram[bin] ?? 0) + 1
  }
  let [all, total] = [0, 0]
  for (let bin = 0; bin < bins; bin++) {
    all += histogram[bin] ?? 0
    total += bin * (histogram[bin] ?? 0)
  }
  let [below, sum, best, split] = [0, 0, -1, 0]
  for (let bin = 0; bin < bins; bin++) {
    below += histogram[bin] ?? 0
    sum += bin * (histogram[bin] ?? 0)
    if (below === 0 || below === all) continue
    const between = below * (all - below) * (sum / below - (total - sum) / (all - below)) ** 2
    if (between > best) {
      best = between
      split = bin
    }
  }
  return ((split + 1) / bins) * most
}
