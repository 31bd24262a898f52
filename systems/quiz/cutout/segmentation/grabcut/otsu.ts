const BINS = 128

/**
 * The threshold that parts values best into two groups; values above `most` count as that.
 * Source: "A Threshold Selection Method from Gray-Level Histograms" (Otsu, 1979).
 */
export function otsu(values: Float32Array, most: number): number {
  const histogram = new Float64Array(BINS)
  for (const value of values) {
    const bin = Math.min(BINS - 1, Math.floor((Math.min(value, most) / most) * BINS))
    histogram[bin] = (histogram[bin] ?? 0) + 1
  }
  const total = histogram.reduce((sum, count, bin) => sum + bin * count, 0)
  let [below, sum, best, split] = [0, 0, -1, 0]
  for (const [bin, count] of histogram.entries()) {
    below += count
    sum += bin * count
    const above = values.length - below
    if (below === 0 || above === 0) continue
    const between = below * above * (sum / below - (total - sum) / above) ** 2
    if (between > best) {
      best = between
      split = bin
    }
  }
  return ((split + 1) / BINS) * most
}
