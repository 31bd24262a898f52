import type { Picture } from './segmenter.ts'

/** A small copy of a picture in a space where distances are differences seen: Oklab. */
export interface WorkCopy {
  readonly width: number
  readonly height: number
  /** Three numbers a pixel, row by row: lightness 0…1, green to red, blue to yellow. */
  readonly lab: Float32Array
  /** Three bytes a pixel: the same copy in RGB. */
  readonly rgb: Uint8Array
}

/** The longer side of the copy. */
const LONG_SIDE = 448

/** Averages the picture down so that its longer side is at most `longSide`; never enlarges. */
export function workCopy(picture: Picture, longSide = LONG_SIDE): WorkCopy {
  const scale = Math.min(1, longSide / Math.max(picture.width, picture.height))
  const width = Math.max(1, Math.round(picture.width * scale))
  const height = Math.max(1, Math.round(picture.height * scale))
  const rgb = averaged(picture, width, height)
  return { width, height, rgb, lab: toOklab(rgb) }
}

/** Every pixel of the copy is the mean of the pixels that it covers; a pixel on a seam counts for one side only. */
function averaged({ width, height, pixels }: Picture, columns: number, rows: number): Uint8Array {
  const small = new Uint8Array(columns * rows * 3)
  const columnOf = Int32Array.from({ length: width }, (_, x) => Math.floor((x * columns) / width) * 3)
  const sums = new Uint32Array(columns * 3)
  const counts = new Uint32Array(columns)
  for (let row = 0, y = 0; row < rows; row++) {
    const end = Math.ceil(((row + 1) * height) / rows)
    sums.fill(0)
    counts.fill(0)
    for (; y < end; y++) {
      for (let x = 0, from = y * width * 3; x < width; x++, from += 3) {
        const to = columnOf[x] ?? 0
        sums[to] = (sums[to] ?? 0) + (pixels[from] ?? 0)
        sums[to + 1] = (sums[to + 1] ?? 0) + (pixels[from + 1] ?? 0)
        sums[to + 2] = (sums[to + 2] ?? 0) + (pixels[from + 2] ?? 0)
        counts[to / 3] = (counts[to / 3] ?? 0) + 1
      }
    }
    for (let at = 0, to = row * columns * 3; at < sums.length; at++, to++)
      small[to] = Math.round((sums[at] ?? 0) / (counts[Math.floor(at / 3)] ?? 1))
  }
  return small
}

const LINEAR = Float32Array.from({ length: 256 }, (_, byte) => {
  const part = byte / 255
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
})

/** RGB bytes to Oklab. Source: "A perceptual color space for image processing" (Björn Ottosson, 2020). */
export function toOklab(rgb: Uint8Array): Float32Array {
  const lab = new Float32Array(rgb.length)
  for (let at = 0; at < rgb.length; at += 3) {
    const red = LINEAR[rgb[at] ?? 0] ?? 0
    const green = LINEAR[rgb[at + 1] ?? 0] ?? 0
    const blue = LINEAR[rgb[at + 2] ?? 0] ?? 0
    const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    const middle = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lab[at] = 0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short
    lab[at + 1] = 1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short
    lab[at + 2] = 0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short
  }
  return lab
}
