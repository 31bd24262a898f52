import type { Cutout } from '../segmenter.ts'
import type { Size } from './open-model.ts'

/** Of the mask: less than this is no subject. */
const LEAST_SUBJECT = 0.001
const NO_SUBJECT_CONFIDENCE = 0.1

/**
 * A model's mask in the picture's size. Confidence is how far the mask is from undecided where the subject is.
 *
 * @param mask  probabilities from 0 to 1; anything outside makes all of them logits
 */
export function cutoutOfMask(mask: Size & { readonly values: Float32Array }, size: Size): Cutout {
  const values = probabilities(mask.values)
  const pixels = size.width * size.height
  const subject = values.filter(value => value >= 0.5)
  if (subject.length < LEAST_SUBJECT * values.length)
    return { alpha: new Uint8Array(pixels).fill(255), confidence: NO_SUBJECT_CONFIDENCE }
  let sureness = 0
  for (const value of subject) sureness += value * 2 - 1
  return { alpha: enlarge({ ...mask, values }, size), confidence: sureness / subject.length }
}

function probabilities(values: Float32Array): Float32Array {
  if (values.every(value => value >= 0 && value <= 1)) return values
  return values.map(value => (Number.isNaN(value) ? 0 : 1 / (1 + Math.exp(-value))))
}

/** Bilinear, from cell centre to cell centre. */
function enlarge(mask: Size & { readonly values: Float32Array }, { width, height }: Size): Uint8Array {
  const alpha = new Uint8Array(width * height)
  const columns = Array.from({ length: width }, (_, x) => between(x, width, mask.width))
  for (let y = 0, at = 0; y < height; y++) {
    const row = between(y, height, mask.height)
    const above = row.low * mask.width
    const below = row.high * mask.width
    for (let x = 0; x < width; x++, at++) {
      const column = columns[x]
      if (!column) continue
      const top = mix(mask.values[above + column.low], mask.values[above + column.high], column.part)
      const bottom = mix(mask.values[below + column.low], mask.values[below + column.high], column.part)
      alpha[at] = Math.round(mix(top, bottom, row.part) * 255)
    }
  }
  return alpha
}

/** The two cells that a pixel lies between, and how much of the second it has. */
function between(pixel: number, pixels: number, cells: number) {
  const place = Math.min(cells - 1, Math.max(0, ((pixel + 0.5) * cells) / pixels - 0.5))
  const low = Math.floor(place)
  return { low, high: Math.min(cells - 1, low + 1), part: place - low }
}

const mix = (one = 0, other = 0, part: number): number => one + (other - one) * part
