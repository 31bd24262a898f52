import { type Clock, milliseconds } from '@terrace/kit'
import type { Picture } from '../segmentation/segmenter.ts'
import { free } from './free.ts'
import { MAX_PIXELS } from './inspect.ts'
import { STEP_SECONDS, sharp } from './sharp.ts'

/** Twice as fast as 6, and of photographs hardly larger. */
const COMPRESSION = 2

/**
 * A PNG of the picture's colours with this alpha. The memory of both goes back to the system.
 *
 * @param alpha  one byte a pixel
 * @returns bytes in a buffer of their own, which can be transferred
 */
export async function encode({ width, height, pixels }: Picture, alpha: Uint8Array, clock: Clock): Promise<Uint8Array> {
  const data = await sharp(pixels, { raw: { width, height, channels: 3 }, limitInputPixels: MAX_PIXELS })
    .joinChannel(Buffer.from(alpha.buffer, alpha.byteOffset, alpha.length), { raw: { width, height, channels: 1 } })
    .timeout({ seconds: STEP_SECONDS })
    .png({ compressionLevel: COMPRESSION })
    .toBuffer()
  // First: the copy needs as much. What libvips has made is not gone before the event loop has turned.
  free(pixels)
  free(alpha)
  await clock.sleep(milliseconds(0))
  // Its own array can't be transferred; sharp 0.35's `toUint8Array` could, and never gives its memory back.
  const own = new Uint8Array(data)
  free(data)
  return own
}
