import type { WorkCopy } from '../work-copy.ts'

/** Oklab: the difference across every pixel, sideways or upright, whichever is more; 0 at the picture's border. */
export function edgeStrength({ width, height, lab }: WorkCopy): Float32Array {
  const found = new Float32Array(width * height)
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = (y * width + x) * 3
      let [across, down] = [0, 0]
      for (let c = 0; c < 3; c++) {
        across += ((lab[at + c - 3] ?? 0) - (lab[at + c + 3] ?? 0)) ** 2
        down += ((lab[at + c - width * 3] ?? 0) - (lab[at + c + width * 3] ?? 0)) ** 2
      }
      found[y * width + x] = Math.sqrt(Math.max(across, down))
    }
  return found
}

/** Oklab: a step that is an edge in any picture. */
const CLEAR_STEP = 0.05

/** An edge that is one in this picture: clear beside the half of its pixels with the weakest. */
export function clearEdge(edges: Float32Array): number {
  const some = edges.filter((_, index) => index % 5 === 0).sort()
  return 2 * (some[some.length >> 1] ?? 0) + CLEAR_STEP
}
