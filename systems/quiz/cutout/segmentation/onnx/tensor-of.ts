import type { Picture } from '../segmenter.ts'
import type { Size } from './open-model.ts'

/** Mean and deviation of ImageNet's colours, red, green, blue: what these models are trained with. */
const MEAN = [0.485, 0.456, 0.406]
const DEVIATION = [0.229, 0.224, 0.225]
/** Most pixels that are averaged along one side of a cell. */
const SAMPLES = 8

/**
 * The picture as a model sees it: stretched to its size, each cell the mean of what it covers, one plane a colour.
 *
 * @returns 3 × height × width numbers, normalized
 */
export function tensorOf({ width, height, pixels }: Picture, size: Size): Float32Array {
  const plane = size.width * size.height
  const tensor = new Float32Array(3 * plane)
  const columns = cells(width, size.width)
  const rows = cells(height, size.height)
  let cell = 0
  for (const row of rows) {
    for (const column of columns) {
      let red = 0
      let green = 0
      let blue = 0
      for (const y of row) {
        for (const x of column) {
          const at = (y * width + x) * 3
          red += pixels[at] ?? 0
          green += pixels[at + 1] ?? 0
          blue += pixels[at + 2] ?? 0
        }
      }
      const count = row.length * column.length * 255
      ;[red, green, blue].forEach((sum, colour) => {
        tensor[colour * plane + cell] = (sum / count - (MEAN[colour] ?? 0)) / (DEVIATION[colour] ?? 1)
      })
      cell++
    }
  }
  return tensor
}

/** For each of `to` cells the indices below `from` that it covers: at least one, at most `SAMPLES`, evenly spread. */
function cells(from: number, to: number): readonly (readonly number[])[] {
  return Array.from({ length: to }, (_, cell) => {
    const start = Math.floor((cell * from) / to)
    const end = Math.max(start + 1, Math.floor(((cell + 1) * from) / to))
    const step = Math.max(1, (end - start) / SAMPLES)
    const indices: number[] = []
    for (let at = start; at < end; at += step) indices.push(Math.min(from - 1, Math.floor(at)))
    return indices
  })
}
