import type { WorkCopy } from '../work-copy.ts'

const ROUNDS = 2

/**
 * Spreads a cost along smooth ways: a pixel costs no more than its neighbour and the step between them, and steps
 * below `free` cost nothing. So a slow change (light, a soft shadow) stays background, what lies behind an edge not.
 * In place, by raster scans forth and back.
 * Source: "Geodesic Saliency Using Background Priors" (Wei and others, 2012).
 *
 * @param steepness  cost of a step of one beyond `free`
 */
export function spreadCost(cost: Float32Array, copy: WorkCopy, free: number, steepness: number): void {
  const { width, height } = copy
  const price = steps(copy).map(step => Math.max(0, step - free) * steepness)
  const relax = (index: number, from: number) => {
    const through = (cost[from] ?? 0) + (price[index] ?? 0)
    if (through < (cost[index] ?? 0)) cost[index] = through
  }
  for (let round = 0; round < ROUNDS; round++) {
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

/** How far every pixel is from its right and lower neighbours, the larger of both. */
function steps({ width, height, lab }: WorkCopy): Float32Array {
  const found = new Float32Array(width * height)
  for (let y = 0, index = 0; y < height; y++)
    for (let x = 0; x < width; x++, index++) {
      const at = index * 3
      const right = x < width - 1 ? at + 3 : at
      const below = y < height - 1 ? at + width * 3 : at
      let [across, down] = [0, 0]
      for (let c = 0; c < 3; c++) {
        across += ((lab[at + c] ?? 0) - (lab[right + c] ?? 0)) ** 2
        down += ((lab[at + c] ?? 0) - (lab[below + c] ?? 0)) ** 2
      }
      found[index] = Math.sqrt(Math.max(across, down))
    }
  return found
}
