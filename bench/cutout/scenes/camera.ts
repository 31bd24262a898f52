import type { Random } from '@terrace/kit'
import sharp from 'sharp'
import { between } from './colour.ts'
import type { Level } from './level.ts'
import { type Plane, relight, soften, softened, toBytes } from './plane.ts'

/** What a camera makes of a scene: the file, and the alpha as far as its lens could tell it. */
export interface Shot {
  /** A JPEG file. */
  readonly file: Buffer
  readonly alpha: Uint8Array
}

/** Takes a picture: lens blur (of the truth alike), uneven light, white balance, noise, JPEG. */
export async function shoot(random: Random, level: Level, scene: Plane, alpha: Uint8Array): Promise<Shot> {
  const { width, height } = scene
  const blur = between(random, ...level.blur)
  const plane = await softened(scene, blur)
  const turn = between(random, 0, 2 * Math.PI)
  const fall = between(random, 0, 0.14)
  const [across, down] = [(Math.cos(turn) * fall) / width, (Math.sin(turn) * fall) / height]
  relight(plane, index => 1 + ((index % width) - width / 2) * across + (index / width - height / 2) * down)
  develop(random, plane, between(random, ...level.noise))
  const pixels = sharp(toBytes(plane), { raw: { width, height, channels: 3 } })
  const file = await pixels.jpeg({ quality: Math.round(between(random, ...level.quality)) }).toBuffer()
  return { file, alpha: await soften(alpha, width, height, 1, blur) }
}

/** A tint over everything, and noise that bright pixels have more of. */
function develop(random: Random, { width, values }: Plane, noise: number): void {
  const tint = [between(random, 0.94, 1.06), between(random, 0.98, 1.02), between(random, 0.94, 1.06)]
  // A table with a start by lot for every row: a new draw for every value would take most of the time.
  const table = Float32Array.from({ length: 1 << 16 }, () => bell(random) * noise)
  for (let at = 0, next = 0; at < values.length; at++) {
    if (at % (width * 3) === 0) next = random.integer(table.length)
    const value = (values[at] ?? 0) * (tint[at % 3] ?? 1)
    values[at] = value + (table[next++ & 0xffff] ?? 0) * (0.6 + value / 400)
  }
}

/** Nearly normal, deviation 1. */
const bell = (random: Random) => (random.next() + random.next() + random.next() + random.next() - 2) * Math.sqrt(3)
