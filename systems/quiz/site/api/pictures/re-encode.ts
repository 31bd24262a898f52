import { createRequire } from 'node:module'
import { messageOf } from '@terrace/kit'
import { invalid, Problem } from '@terrace/service'
import type Sharp from 'sharp'
import { Turns } from './turns.ts'

/** As many pixels as the removal tier takes: also a bomb of a few bytes can claim more. */
const MAX_PIXELS = 20_000_000
/** Longest side of what is shown. */
const MAX_SIDE = 2048
const FORMATS = new Set(['jpeg', 'png', 'webp'])

/** A picture as it is shown. */
export interface ShownPicture {
  readonly body: Buffer
  readonly extension: 'jpg' | 'webp'
  readonly type: 'image/jpeg' | 'image/webp'
}

// By `require`, because only that also looks where NODE_PATH points when the bundle lies outside the project.
let loaded: typeof Sharp | undefined
function sharp(): typeof Sharp {
  if (!loaded) {
    loaded = createRequire(import.meta.url)('sharp') as typeof Sharp
    // One core is for the requests, and what is done is not done again.
    loaded.concurrency(1)
    loaded.cache(false)
  }
  return loaded
}

// One picture at a time: many at once would fill memory, and take the requests' processor.
const turns = new Turns()

/**
 * Makes of an upload what can be shown: upright, at most 2,048 pixels a side, sRGB, 8 bit, one frame, and nothing but
 * pixels in it; whatever markup or metadata was in the file stays behind. What the file is called doesn't count.
 *
 * @throws Problem 415 for what is no JPEG, PNG or WebP; 422 for a picture that is damaged, or has too many pixels
 */
export function reEncode(file: Buffer): Promise<ShownPicture> {
  return turns.take(async () => {
    const { hasAlpha } = await inspect(file)
    const upright = prepared(file)
    try {
      return hasAlpha
        ? { body: await upright.webp({ quality: 90, effort: 2 }).toBuffer(), extension: 'webp', type: 'image/webp' }
        : { body: await upright.jpeg({ quality: 85 }).toBuffer(), extension: 'jpg', type: 'image/jpeg' }
    } catch (error) {
      throw damaged(error)
    }
  })
}

/**
 * Makes of a cut-out what is shown: a PNG of at most 2,048 pixels a side, with its transparency.
 *
 * @throws Error when it is no such picture
 */
export function reEncodeCutout(file: Buffer): Promise<Buffer> {
  return turns.take(async () => {
    const { format, hasAlpha } = await sharp()(file, { limitInputPixels: MAX_PIXELS }).metadata()
    if (format !== 'png' || !hasAlpha) throw new Error(`expected a PNG with transparency, got ${format}`)
    return prepared(file).png({ compressionLevel: 7 }).toBuffer()
  })
}

async function inspect(file: Buffer): Promise<{ readonly hasAlpha: boolean }> {
  const { format, width, height, hasAlpha } = await sharp()(file, { limitInputPixels: false })
    .metadata()
    .catch(() => ({ format: undefined, width: 0, height: 0, hasAlpha: false }))
  if (!format || !FORMATS.has(format)) throw new Problem(415, 'The picture must be a JPEG, PNG or WebP file')
  const pixels = width * height
  if (pixels > MAX_PIXELS) {
    const megapixels = Math.round(pixels / 1e5) / 10
    throw invalid([{ path: '', message: `the picture may have at most 20 megapixels, it has ${megapixels}` }])
  }
  return { hasAlpha }
}

const prepared = (file: Buffer) =>
  sharp()(file, { limitInputPixels: MAX_PIXELS, failOn: 'warning' })
    .autoOrient()
    .resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')

const damaged = (error: unknown): Problem =>
  invalid([{ path: '', message: `the picture is damaged (${messageOf(error).split('\n', 1)[0]?.slice(0, 100)})` }])
