import { EdgeColourList } from '../edge-colours.ts'
import type { Cutout, Picture } from '../segmenter.ts'
import type { LocalColours } from './local-colours.ts'

/** The subject's edge, at the size of the work copy. */
export interface Edge extends LocalColours {
  readonly width: number
  readonly height: number
  /** Signed, of every pixel of the copy. */
  readonly distance: Float32Array
}

/** Pixels of the copy: how far inside and outside of its edge the picture is looked at in full size. */
const INSIDE = 3
const OUTSIDE = 4
/** Alpha gained in one pixel of the copy where colours tell nothing. */
const STEEPNESS = 0.7
/** How much less is believed at the far ends of the band. */
const FADE = 0.2
/** Squared bytes, three channels together: what a sensor's noise is at least. */
const NOISE = 30
const DOUBT = 9
const NEARLY = 0.06

/**
 * Alpha in full size: in a band around the edge the part of the subject's colour in the pixel's, as far as the two
 * colours differ by more than the background varies; and there the pixel's colour without the background's part. The picture stays as it is.
 * Source of the ideas: "A Bayesian Approach to Digital Matting" (Chuang and others, 2001), "Shared Sampling for
 * Real-Time Alpha Matting" (Gastal, Oliveira, 2010).
 */
export function matte({ width, height, pixels }: Picture, edge: Edge): Required<Omit<Cutout, 'confidence'>> {
  const alpha = new Uint8Array(width * height)
  const repainted = new EdgeColourList()
  const { width: columns, height: rows, distance, subject, background, spread } = edge
  const ahead = new Float32Array(3)
  const behind = new Float32Array(3)
  for (let y = 0, index = 0; y < height; y++) {
    const v = Math.min(rows - 1, Math.max(0, ((y + 0.5) * rows) / height - 0.5))
    const top = Math.floor(v)
    const b = v - top
    const above = top * columns
    const below = Math.min(rows - 1, top + 1) * columns
    for (let x = 0; x < width; x++, index++) {
      const u = Math.min(columns - 1, Math.max(0, ((x + 0.5) * columns) / width - 0.5))
      const left = Math.floor(u)
      const right = Math.min(columns - 1, left + 1)
      const a = u - left
      const [i, j, k, l] = [above + left, above + right, below + left, below + right]
      const [p, q, r, s] = [(1 - a) * (1 - b), a * (1 - b), (1 - a) * b, a * b]
      const depth = p * (distance[i] ?? 0) + q * (distance[j] ?? 0) + r * (distance[k] ?? 0) + s * (distance[l] ?? 0)
      if (depth < -OUTSIDE) continue
      if (depth > INSIDE) {
        alpha[index] = 255
        continue
      }
      let [along, length] = [0, 0]
      for (let c = 0; c < 3; c++) {
        const [at, next, under, last] = [i * 3 + c, j * 3 + c, k * 3 + c, l * 3 + c]
        const front =
          p * (subject[at] ?? 0) + q * (subject[next] ?? 0) + r * (subject[under] ?? 0) + s * (subject[last] ?? 0)
        const back =
          p * (background[at] ?? 0) +
          q * (background[next] ?? 0) +
          r * (background[under] ?? 0) +
          s * (background[last] ?? 0)
        ahead[c] = front
        behind[c] = back
        along += ((pixels[index * 3 + c] ?? 0) - back) * (front - back)
        length += (front - back) ** 2
      }
      const plain = Math.min(1, Math.max(0, 0.5 + depth * STEEPNESS))
      const mixed = Math.min(1, Math.max(0, along / Math.max(1, length)))
      const sure = length / (length + DOUBT * ((spread[i] ?? 0) ** 2 + NOISE))
      const away = Math.min(1, Math.max(0, (Math.abs(depth) - 0.7) / ((depth < 0 ? OUTSIDE : INSIDE) - 0.7)))
      const value = plain + (mixed - plain) * sure * (1 - FADE * away)
      if (value < NEARLY) continue
      alpha[index] = value > 1 - NEARLY ? 255 : Math.round(value * 255)
      if (value > 1 - NEARLY) continue
      // Below a third of subject the division would raise noise; what is near tells its colour better.
      const own = (c: number) =>
        value > 1 / 3 ? ((pixels[index * 3 + c] ?? 0) - (1 - value) * (behind[c] ?? 0)) / value : (ahead[c] ?? 0)
      repainted.add(index, own(0), own(1), own(2))
    }
  }
  return { alpha, edge: repainted.all }
}
