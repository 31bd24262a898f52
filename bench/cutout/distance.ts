/**
 * For every pixel the distance in pixels to the nearest edge pixel: one of at least `half` with a neighbour (above,
 * below, left, right) of less. The picture's own border is no edge; without any edge everything is Infinity.
 * Exact, in two passes of lower envelopes: "Distance Transforms of Sampled Functions" (Felzenszwalb, Huttenlocher).
 */
export function distanceToEdge(alpha: Uint8Array, width: number, half: number): Float32Array {
  const height = alpha.length / width
  const squared = Float64Array.from(alpha, (_, index) => (isEdge(alpha, index, width, half) ? 0 : Infinity))
  for (let x = 0; x < width; x++) lowerEnvelope(squared, x, width, height)
  for (let y = 0; y < height; y++) lowerEnvelope(squared, y * width, 1, width)
  return Float32Array.from(squared, Math.sqrt)
}

function isEdge(alpha: Uint8Array, index: number, width: number, half: number): boolean {
  const column = index % width
  const outside = (neighbour: number) => (alpha[neighbour] ?? 255) < half
  return (
    !outside(index) &&
    ((column > 0 && outside(index - 1)) ||
      (column < width - 1 && outside(index + 1)) ||
      outside(index - width) ||
      outside(index + width))
  )
}

/** Replaces `count` values, `step` apart, by the least of (distance² + value) over all of them. */
function lowerEnvelope(values: Float64Array, start: number, step: number, count: number): void {
  const places: number[] = []
  const heights: number[] = []
  const from: number[] = []
  for (let place = 0; place < count; place++) {
    const height = values[start + place * step] ?? Infinity
    if (height === Infinity) continue
    let meets = -Infinity
    while (places.length > 0) {
      const last = places.at(-1) ?? 0
      meets = (height + place * place - (heights.at(-1) ?? 0) - last * last) / (2 * (place - last))
      if (meets > (from.at(-1) ?? -Infinity)) break
      places.pop()
      heights.pop()
      from.pop()
      meets = -Infinity
    }
    places.push(place)
    heights.push(height)
    from.push(meets)
  }
  if (places.length === 0) return
  for (let place = 0, part = 0; place < count; place++) {
    while ((from[part + 1] ?? Infinity) < place) part++
    values[start + place * step] = (place - (places[part] ?? 0)) ** 2 + (heights[part] ?? 0)
  }
}
