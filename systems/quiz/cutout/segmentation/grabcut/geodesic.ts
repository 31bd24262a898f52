import type { WorkCopy } from './work-copy.ts'

/**
 * Spreads a cost along smooth ways: a pixel costs no more than its neighbour and the step between them, and steps
 * below `free` cost nothing. So a slow change (light, a soft shadow) stays background, what lies behind an edge not.
 * Raster scans forth and back, in place; source: "Geodesic Saliency Using Background Priors" (Wei and others, 2012).
 *
 * @param steepness  cost of a step of one beyond `free`
 */
export function spreadCost(cost: Float32Array, { width, height, lab }: WorkCopy, free: number, steepness: number, rounds = 2): void {
  const step = (one: number, other: number) => {
    const [x, y, z] = [
      (lab[one * 3] ?? 0) - (lab[other * 3] ?? 0),
      (lab[one * 3 + 1] ?? 0) - (lab[other * 3 + 1] ?? 0),
      (lab[one * 3 + 2] ?? 0) - (lab[other * 3 + 2] ?? 0),
    ]
    return Math.max(0, Math.sqrt(x * x + y * y + z * z) - free) * steepness
  }
  const relax = (index: number, from: number) => {
    const known = cost[from] ?? 0
    if (known >= (cost[index] ?? 0)) return
    const through = known + step(index, from)
    if (through < (cost[index] ?? 0)) cost[index] = through
  }
  for (let round = 0; round < rounds; round++) {
    for (let y = 0, index = 0; y < height; y++)
      for (let x = 0; x < width; x++, index++) {
        if (x > 0) relax(index, index - 1)
        if (y > 0) relax(index, index - width)
      }
    for (let y = height - 1, index = width * height - 1; y >= 0; y--)
      for (let x = width - 1; x >= 0; x--, index--) {
        if (x < width - 1) relax(index, index + 1)
        if (y < height - 1) relax(index, index + width)
      }
  }
}
