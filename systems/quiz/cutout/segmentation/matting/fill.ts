/** Values of some pixels, spread to all others: near each other by their neighbours, far off by ever wider means. */
export interface Sparse {
  readonly width: number
  readonly height: number
  readonly channels: number
  /** `channels` numbers a pixel. */
  readonly values: Float32Array
  /** How much each pixel is to be believed, 0…1. */
  readonly weights: Float32Array
}

/** How much a wider mean counts beside a pixel's own value. */
const FAINT = 0.02

/**
 * Fills in what has no weight, in place of `values`, by a pyramid of means of 2×2.
 * Source: "The Pull-Push Algorithm Revisited" (Kraus, 2009), after "The Lumigraph" (Gortler and others, 1996).
 */
export function fillIn({ width, height, channels, values, weights }: Sparse): Float32Array {
  if (width === 1 && height === 1) return values.slice()
  const columns = Math.max(1, (width + 1) >> 1)
  const rows = Math.max(1, (height + 1) >> 1)
  const sums = new Float32Array(columns * rows * channels)
  const total = new Float32Array(columns * rows)
  for (let y = 0, index = 0; y < height; y++)
    for (let x = 0; x < width; x++, index++) {
      const weight = weights[index] ?? 0
      if (weight === 0) continue
      const to = (y >> 1) * columns + (x >> 1)
      total[to] = (total[to] ?? 0) + weight
      for (let c = 0; c < channels; c++)
        sums[to * channels + c] = (sums[to * channels + c] ?? 0) + weight * (values[index * channels + c] ?? 0)
    }
  for (let to = 0; to < total.length; to++) {
    const weight = total[to] ?? 0
    if (weight === 0) continue
    for (let c = 0; c < channels; c++) sums[to * channels + c] = (sums[to * channels + c] ?? 0) / weight
    total[to] = Math.min(1, weight)
  }
  const wide = fillIn({ width: columns, height: rows, channels, values: sums, weights: total })
  const filled = new Float32Array(values.length)
  for (let y = 0, index = 0; y < height; y++) {
    const v = Math.min(rows - 1, Math.max(0, y / 2 - 0.25))
    const top = Math.floor(v)
    const bottom = Math.min(rows - 1, top + 1)
    for (let x = 0; x < width; x++, index++) {
      const weight = weights[index] ?? 0
      const u = Math.min(columns - 1, Math.max(0, x / 2 - 0.25))
      const left = Math.floor(u)
      const right = Math.min(columns - 1, left + 1)
      const [a, b] = [u - left, v - top]
      for (let c = 0; c < channels; c++) {
        const over =
          (wide[(top * columns + left) * channels + c] ?? 0) * (1 - a) +
          (wide[(top * columns + right) * channels + c] ?? 0) * a
        const under =
          (wide[(bottom * columns + left) * channels + c] ?? 0) * (1 - a) +
          (wide[(bottom * columns + right) * channels + c] ?? 0) * a
        const own = values[index * channels + c] ?? 0
        filled[index * channels + c] = (weight * own + FAINT * (over * (1 - b) + under * b)) / (weight + FAINT)
      }
    }
  }
  return filled
}
