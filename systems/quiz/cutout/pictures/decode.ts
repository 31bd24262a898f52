import type { Picture } from '../segmentation/segmenter.ts'
import { free } from './free.ts'
import { broken, inspect, MAX_PIXELS } from './inspect.ts'
import { STEP_SECONDS, sharp } from './sharp.ts'

/** A decoded picture; `alpha` when the file had its own, one byte a pixel. */
export interface Decoded extends Picture {
  readonly alpha?: Uint8Array
}

/**
 * Decodes to sRGB with 8 bits a channel: the first frame, upright, whatever depth, colour space and orientation the file
 * has. What lay hidden under fully transparent pixels becomes white.
 *
 * @throws PictureRefused as `inspect` does, and 422 when the data are broken or end too early
 */
export async function decode(bytes: Uint8Array): Promise<Decoded> {
  const { format, hasAlpha } = await inspect(bytes)
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' })
      .autoOrient()
      .toColourspace('srgb')
      .timeout({ seconds: STEP_SECONDS })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    const { width, height } = info
    return hasAlpha && info.channels === 4
      ? { width, height, ...splitAlpha(data, width * height) }
      : { width, height, pixels: data }
  } catch (error) {
    throw broken(format, error)
  }
}

function splitAlpha(rgba: Uint8Array, count: number): { readonly pixels: Uint8Array; readonly alpha: Uint8Array } {
  const pixels = new Uint8Array(count * 3)
  const alpha = new Uint8Array(count)
  for (let index = 0, from = 0, to = 0; index < count; index++, from += 4, to += 3) {
    const opacity = rgba[from + 3] ?? 0
    alpha[index] = opacity
    pixels[to] = opacity === 0 ? 255 : (rgba[from] ?? 0)
    pixels[to + 1] = opacity === 0 ? 255 : (rgba[from + 1] ?? 0)
    pixels[to + 2] = opacity === 0 ? 255 : (rgba[from + 2] ?? 0)
  }
  free(rgba)
  return { pixels, alpha }
}
