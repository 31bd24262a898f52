import { type Planes, SIDE } from './planes.ts'

/** How likely every place of a picture is subject. */
export class Likelihood {
  readonly #odds: Float32Array
  readonly #across: number
  readonly #down: number

  /** @param odds  their logarithms, `SIDE` × `SIDE` */
  constructor(odds: Float32Array, { across, down }: Planes) {
    this.#odds = odds
    this.#across = across
    this.#down = down
  }

  /** The logarithm of the odds for every pixel of a copy of the picture, whatever its size: above 0 where it is rather subject. */
  on({ width, height }: { readonly width: number; readonly height: number }): Float32Array {
    const found = new Float32Array(width * height)
    const column = between(width, this.#across)
    const row = between(height, this.#down)
    for (let y = 0, index = 0; y < height; y++) {
      const { first: top, second: bottom, share: lower } = row(y)
      for (let x = 0; x < width; x++, index++) {
        const { first, second, share } = column(x)
        const along = (line: number) =>
          (1 - share) * (this.#odds[line * SIDE + first] ?? 0) + share * (this.#odds[line * SIDE + second] ?? 0)
        found[index] = (1 - lower) * along(top) + lower * along(bottom)
      }
    }
    return found
  }
}

/** Between which cells a pixel's middle lies, and the second one's share of it. */
function between(pixels: number, cells: number) {
  const last = Math.ceil(cells) - 1
  const all = Array.from({ length: pixels }, (_, pixel) => {
    const place = Math.min(last, Math.max(0, ((pixel + 0.5) * cells) / pixels - 0.5))
    const first = Math.floor(place)
    return { first, second: Math.min(last, first + 1), share: place - first }
  })
  return (pixel: number) => all[pixel] ?? { first: 0, second: 0, share: 0 }
}
