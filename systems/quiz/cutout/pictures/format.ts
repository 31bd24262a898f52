import { PictureRefused } from './refused.ts'

/** The formats that are read. */
export type PictureFormat = 'jpeg' | 'png' | 'webp'

const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

/**
 * Tells the format by the first bytes, whatever name or content type came with them.
 *
 * @throws PictureRefused 400 for nothing at all, 415 for anything else
 */
export function formatOf(bytes: Uint8Array): PictureFormat {
  if (bytes.length === 0) throw new PictureRefused(400, 'The body is empty; send the picture itself')
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 12))
  if (start.length >= 3 && start[0] === 0xff && start[1] === 0xd8 && start[2] === 0xff) return 'jpeg'
  if (start.subarray(0, 8).equals(PNG)) return 'png'
  if (start.toString('latin1', 0, 4) === 'RIFF' && start.toString('latin1', 8, 12) === 'WEBP') return 'webp'
  throw new PictureRefused(415, 'The body is not a JPEG, PNG or WebP picture; these three are read')
}
