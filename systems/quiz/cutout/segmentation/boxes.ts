/** Sums over squares of `2 × radius + 1` pixels, cut off at the picture's border; the time does not depend on the radius. */
export function boxed(values: Float32Array, width: number, height: number, radius: number): Float32Array {
  const once = new Float32Array(values.length)
  const twice = new Float32Array(values.length)
  for (let y = 0; y < height; y++) slide(values, once, y * width, 1, width, radius)
  for (let x = 0; x < width; x++) slide(once, twice, x, width, height, radius)
  return twice
}

function slide(from: Float32Array, to: Float32Array, start: number, step: number, count: number, radius: number): void {
  let sum = 0
  for (let at = 0; at < Math.min(radius, count); at++) sum += from[start + at * step] ?? 0
  for (let at = 0; at < count; at++) {
    if (at + radius < count) sum += from[start + (at + radius) * step] ?? 0
    if (at - radius > 0) sum -= from[start + (at - radius - 1) * step] ?? 0
    to[start + at * step] = sum
  }
}

/** Means over the same squares. */
export function boxMeans(values: Float32Array, width: number, height: number, radius: number): Float32Array {
  const sums = boxed(values, width, height, radius)
  const within = (at: number, count: number) => Math.min(count - 1, at + radius) - Math.max(0, at - radius) + 1
  for (let y = 0, index = 0; y < height; y++) {
    const rows = within(y, height)
    for (let x = 0; x < width; x++, index++) sums[index] = (sums[index] ?? 0) / (rows * within(x, width))
  }
  return sums
}
