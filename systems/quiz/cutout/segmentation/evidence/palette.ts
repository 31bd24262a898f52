/** A few colours that stand for many, each with its spread. */
export interface Palette {
  readonly count: number
  /** Three numbers a colour. */
  readonly colours: Float32Array
  /** Six numbers a colour: the inverse of its covariance, upper triangle row by row. */
  readonly inverse: Float32Array
  /** Logarithm of its weight over the root of the determinant of its covariance. */
  readonly height: Float32Array
}

const ROUNDS = 8

/**
 * Colours of some pixels by k-means: starts are the pixel farthest from all starts so far, so chance has no part.
 *
 * @param lab  three numbers a pixel
 * @param floor  the least standard deviation of a colour
 */
export function makePalette(lab: Float32Array, pixels: Int32Array, wanted: number, floor: number): Palette {
  const step = Math.max(1, Math.floor(pixels.length / 3000))
  const some = pixels.filter((_, at) => at % step === 0)
  const count = Math.max(1, Math.min(wanted, some.length))
  const colours = farthest(lab, some, count)
  const of = new Int32Array(some.length)
  for (let round = 0; round < ROUNDS; round++) {
    const sums = new Float64Array(count * 4)
    for (let at = 0; at < some.length; at++) {
      const from = (some[at] ?? 0) * 3
      const nearest = nearestOf(colours, count, lab[from] ?? 0, lab[from + 1] ?? 0, lab[from + 2] ?? 0)
      of[at] = nearest
      for (let c = 0; c < 3; c++) sums[nearest * 4 + c] = (sums[nearest * 4 + c] ?? 0) + (lab[from + c] ?? 0)
      sums[nearest * 4 + 3] = (sums[nearest * 4 + 3] ?? 0) + 1
    }
    for (let k = 0; k < count; k++) {
      const all = sums[k * 4 + 3] ?? 0
      if (all > 0) for (let c = 0; c < 3; c++) colours[k * 3 + c] = (sums[k * 4 + c] ?? 0) / all
    }
  }
  return { count, colours, ...spreads(lab, some, of, colours, count, floor) }
}

/** The least squared Mahalanobis distance to a colour of the palette. */
export function distanceToPalette(palette: Palette, l: number, a: number, b: number): number {
  const { count, colours, inverse } = palette
  let least = Infinity
  for (let k = 0; k < count; k++) {
    const x = l - (colours[k * 3] ?? 0)
    const y = a - (colours[k * 3 + 1] ?? 0)
    const z = b - (colours[k * 3 + 2] ?? 0)
    const at = k * 6
    const distance =
      x * x * (inverse[at] ?? 0) +
      y * y * (inverse[at + 3] ?? 0) +
      z * z * (inverse[at + 5] ?? 0) +
      2 * (x * y * (inverse[at + 1] ?? 0) + x * z * (inverse[at + 2] ?? 0) + y * z * (inverse[at + 4] ?? 0))
    if (distance < least) least = distance
  }
  return least
}

function nearestOf(colours: Float32Array, count: number, l: number, a: number, b: number): number {
  let [nearest, least] = [0, Infinity]
  for (let k = 0; k < count; k++) {
    const distance =
      (l - (colours[k * 3] ?? 0)) ** 2 + (a - (colours[k * 3 + 1] ?? 0)) ** 2 + (b - (colours[k * 3 + 2] ?? 0)) ** 2
    if (distance < least) {
      least = distance
      nearest = k
    }
  }
  return nearest
}

function farthest(lab: Float32Array, pixels: Int32Array, count: number): Float32Array {
  const colours = new Float32Array(count * 3)
  const nearest = new Float32Array(pixels.length).fill(Infinity)
  let next = 0
  for (let k = 0; k < count; k++) {
    const from = (pixels[next] ?? 0) * 3
    for (let c = 0; c < 3; c++) colours[k * 3 + c] = lab[from + c] ?? 0
    let most = -1
    for (let at = 0; at < pixels.length; at++) {
      const other = (pixels[at] ?? 0) * 3
      let distance = 0
      for (let c = 0; c < 3; c++) distance += ((lab[other + c] ?? 0) - (colours[k * 3 + c] ?? 0)) ** 2
      if (distance < (nearest[at] ?? 0)) nearest[at] = distance
      if ((nearest[at] ?? 0) > most) {
        most = nearest[at] ?? 0
        next = at
      }
    }
  }
  return colours
}

function spreads(
  lab: Float32Array,
  pixels: Int32Array,
  of: Int32Array,
  colours: Float32Array,
  count: number,
  floor: number,
): { readonly inverse: Float32Array; readonly height: Float32Array } {
  const sums = new Float64Array(count * 7)
  for (let at = 0; at < pixels.length; at++) {
    const k = of[at] ?? 0
    const from = (pixels[at] ?? 0) * 3
    const x = (lab[from] ?? 0) - (colours[k * 3] ?? 0)
    const y = (lab[from + 1] ?? 0) - (colours[k * 3 + 1] ?? 0)
    const z = (lab[from + 2] ?? 0) - (colours[k * 3 + 2] ?? 0)
    const parts = [x * x, x * y, x * z, y * y, y * z, z * z, 1]
    for (let i = 0; i < 7; i++) sums[k * 7 + i] = (sums[k * 7 + i] ?? 0) + (parts[i] ?? 0)
  }
  const inverse = new Float32Array(count * 6)
  const height = new Float32Array(count)
  for (let k = 0; k < count; k++) {
    const all = sums[k * 7 + 6] ?? 0
    const part = (i: number) => (sums[k * 7 + i] ?? 0) / Math.max(1, all)
    const [xx, xy, xz] = [part(0) + floor ** 2, part(1), part(2)]
    const [yy, yz, zz] = [part(3) + floor ** 2, part(4), part(5) + floor ** 2]
    const determinant = xx * (yy * zz - yz * yz) - xy * (xy * zz - yz * xz) + xz * (xy * yz - yy * xz)
    const minors = [
      yy * zz - yz * yz,
      xz * yz - xy * zz,
      xy * yz - xz * yy,
      xx * zz - xz * xz,
      xy * xz - xx * yz,
      xx * yy - xy * xy,
    ]
    for (let i = 0; i < 6; i++) inverse[k * 6 + i] = (minors[i] ?? 0) / determinant
    height[k] = Math.log(Math.max(1e-6, all / pixels.length) / Math.sqrt(determinant * (2 * Math.PI) ** 3))
  }
  return { inverse, height }
}
