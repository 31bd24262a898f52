import type { WorkCopy } from './work-copy.ts'

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
