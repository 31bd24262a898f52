import { seeded } from '@terrace/kit'
import sharp from 'sharp'

/** A photograph of a kind: a textured subject on a textured, uneven background, as a JPEG. */
export async function photograph(width: number, height: number, seed: number): Promise<Uint8Array<ArrayBuffer>> {
  const random = seeded(seed)
  const [columns, rows] = [512, Math.round((512 * height) / width)]
  const pixels = Buffer.alloc(columns * rows * 3)
  const centre = [columns * (0.4 + random.next() * 0.2), rows * (0.4 + random.next() * 0.2)] as const
  const radius = rows * (0.25 + random.next() * 0.1)
  const tints = Array.from({ length: 2 }, () => [random.integer(200), random.integer(200), random.integer(200)])
  for (let y = 0, at = 0; y < rows; y++)
    for (let x = 0; x < columns; x++, at += 3) {
      const angle = Math.atan2(y - centre[1], x - centre[0])
      const edge = radius * (1 + 0.15 * Math.sin(angle * 5))
      const inside = Math.hypot(x - centre[0], y - centre[1]) < edge
      const texture = inside ? 40 * Math.sin(x / 5) : 30 * Math.sin(y / 40)
      const tint = tints[inside ? 1 : 0] ?? []
      for (let colour = 0; colour < 3; colour++)
        pixels[at + colour] = Math.max(0, Math.min(255, (tint[colour] ?? 0) + texture + random.integer(24)))
    }
  const noise = await sharp({
    create: { width, height, channels: 3, background: '#000', noise: { type: 'gaussian', mean: 128, sigma: 12 } },
  })
    .png({ compressionLevel: 0 })
    .toBuffer()
  const jpeg = await sharp(pixels, { raw: { width: columns, height: rows, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .composite([{ input: noise, blend: 'soft-light' }])
    .jpeg({ quality: 90 })
    .toBuffer()
  return new Uint8Array(jpeg)
}
