import { messageOf } from '@terrace/kit'
import { formatOf, type PictureFormat } from './format.ts'
import { PictureRefused } from './refused.ts'
import { sharp } from './sharp.ts'

/** Most pixels of a picture. */
export const MAX_PIXELS = 20_000_000
/** Longest side of a picture, pixels: that of WebP. */
export const MAX_SIDE = 16_383

/** What a picture's header says. */
export interface PictureHeader {
  readonly format: PictureFormat
  /** With the orientation applied. */
  readonly width: number
  readonly height: number
  readonly hasAlpha: boolean
}

/**
 * Reads the header alone: nothing is decoded, whatever size it claims.
 *
 * @throws PictureRefused 400 when it is empty, 415 for other formats, 422 for a broken header or too many pixels
 */
export async function inspect(bytes: Uint8Array): Promise<PictureHeader> {
  const format = formatOf(bytes)
  const { autoOrient, hasAlpha = false } = await readHeader(bytes, format)
  const { width, height } = autoOrient
  const size = `${width} × ${height} pixels`
  if (width > MAX_SIDE || height > MAX_SIDE)
    throw new PictureRefused(422, `The picture has ${size}; no side may be longer than ${MAX_SIDE}`)
  if (width * height > MAX_PIXELS)
    throw new PictureRefused(422, `The picture has ${size}; at most ${MAX_PIXELS / 1_000_000} megapixels are worked on`)
  return { format, width, height, hasAlpha }
}

async function readHeader(bytes: Uint8Array, format: PictureFormat) {
  try {
    return await sharp(bytes, { limitInputPixels: false }).metadata()
  } catch (error) {
    throw broken(format, error)
  }
}

/** The refusal for a file of a known format that can't be read. */
export const broken = (format: PictureFormat, error: unknown): PictureRefused =>
  new PictureRefused(422, `The ${NAMES[format]} file is broken or cut off: ${firstLine(messageOf(error))}`)

const NAMES: Readonly<Record<PictureFormat, string>> = { jpeg: 'JPEG', png: 'PNG', webp: 'WebP' }

const firstLine = (text: string): string => (text.split('\n', 1)[0] ?? '').slice(0, 200)
